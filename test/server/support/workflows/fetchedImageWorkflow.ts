/** Webhook -> Items -> Fetch image -> Happy Horse, which gets `$json.image` as the file `data`. */
import { leadsTo, node } from './node';
import type { HappyHorseNode } from './workflow';
import { createAndWait, HAPPY_HORSE, ITEMS, workflowWith } from './workflow';

const FETCH = 'Fetch image';

/** Create, unless the parameters name another operation. */
export function fetchedImageWorkflow({ parameters, ...happyHorse }: HappyHorseNode) {
	const { nodes, connections, ...workflow } = workflowWith({
		...happyHorse,
		parameters: createAndWait({
			operation: 'create',
			imageSource: 'binary',
			...parameters,
		}),
	});
	const fetcher = node(FETCH, 'n8n-nodes-base.httpRequest', {
		typeVersion: 4.2,
		parameters: {
			url: '={{ $json.image }}',
			options: { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } },
		},
	});
	return {
		...workflow,
		nodes: [...nodes, fetcher],
		connections: {
			...connections,
			[ITEMS]: leadsTo(FETCH),
			[FETCH]: leadsTo(HAPPY_HORSE),
		},
	};
}
