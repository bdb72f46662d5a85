import { HAPPY_HORSE, ITEMS } from './workflow';

interface Workflow {
	path: string;
	nodes: object[];
	connections: object;
	[field: string]: unknown;
}

const FETCH = 'Fetch picture';

/** Puts an HTTP Request in front of our node, which hands it `$json.picture` as the file `data`. */
export function withFetchedPicture(workflow: Workflow): Workflow {
	const fetcher = {
		id: 'node-fetch',
		name: FETCH,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		position: [0, 0],
		parameters: {
			url: '={{ $json.picture }}',
			options: { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } },
		},
	};
	const link = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	return {
		...workflow,
		nodes: [...workflow.nodes, fetcher],
		connections: { ...workflow.connections, [ITEMS]: link(FETCH), [FETCH]: link(HAPPY_HORSE) },
	};
}
