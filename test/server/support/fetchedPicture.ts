/** Webhook -> Items -> Fetch picture -> Happy Horse, which gets `$json.picture` as the file `data`. */
import { leadsTo, node } from './node';
import type { HappyHorseNode } from './workflow';
import { createAndWait, HAPPY_HORSE, ITEMS, workflowWith } from './workflow';

const FETCH = 'Fetch picture';

/** Create, unless the parameters name another operation. */
export function fetchedPictureWorkflow({ parameters, ...happyHorse }: HappyHorseNode) {
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
			url: '={{ $json.picture }}',
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
