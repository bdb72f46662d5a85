/** Webhook → Items → Loop; Loop → Happy Horse → Loop for each round, and Loop → After loop at the end. */
import type { HappyHorseNode } from './workflow';
import { HAPPY_HORSE, ITEMS, workflowWith } from './workflow';

export const LOOP = 'Loop Over Items';
export const AFTER_LOOP = 'After loop';

const main = (node: string) => [{ node, type: 'main', index: 0 }];

/** @param batch how many items go into one round */
export function loopWorkflow(happyHorse: HappyHorseNode, batch = 1, settings: object = {}) {
	const { nodes, connections, ...workflow } = workflowWith(happyHorse, settings);
	const node = (name: string, type: string, details: Record<string, unknown>) => ({
		...{ id: `node-${name}`, name, type, position: [0, 0] },
		...details,
	});
	return {
		...workflow,
		nodes: [
			...nodes.filter(({ name }) => !name.startsWith('After')),
			node(LOOP, 'n8n-nodes-base.splitInBatches', {
				typeVersion: 3,
				parameters: { batchSize: batch, options: {} },
			}),
			node(AFTER_LOOP, 'n8n-nodes-base.noOp', { typeVersion: 1, parameters: {} }),
		],
		connections: {
			Webhook: connections.Webhook,
			[ITEMS]: { main: [main(LOOP)] },
			[LOOP]: { main: [main(AFTER_LOOP), main(HAPPY_HORSE)] },
			[HAPPY_HORSE]: { main: [main(LOOP)] },
		},
	};
}
