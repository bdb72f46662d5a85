import { leadsTo, node } from './node';
import { ITEMS } from './workflow';

interface Workflow {
	name: string;
	nodes: Array<{ name: string }>;
	connections: Record<string, unknown>;
	[field: string]: unknown;
}

const START = 'When clicking';
const INPUT = 'Input';

/** The same workflow, started by "Execute workflow" in the editor with these items. */
export function byHand({ path: _path, ...workflow }: Workflow, items: unknown[]): Workflow {
	const { Webhook: _webhook, ...connections } = workflow.connections;
	return {
		...workflow,
		nodes: [
			...workflow.nodes.filter(({ name }) => name !== 'Webhook'),
			node(START, 'n8n-nodes-base.manualTrigger', { typeVersion: 1, parameters: {} }),
			node(INPUT, 'n8n-nodes-base.set', {
				typeVersion: 3.4,
				parameters: { mode: 'raw', jsonOutput: JSON.stringify({ body: { items } }), options: {} },
			}),
		],
		connections: { ...connections, [START]: leadsTo(INPUT), [INPUT]: leadsTo(ITEMS) },
	};
}
