/** Webhook → Items → Loop; Loop → Happy Horse → Loop for each round, and Loop → After loop at the end. */
import { leadsTo, node } from './node';
import type { HappyHorseNode } from './workflow';
import { HAPPY_HORSE, ITEMS, workflowWith } from './workflow';

export const LOOP = 'Loop Over Items';
export const AFTER_LOOP = 'After loop';

/** @param batch how many items go into one round */
export function loopWorkflow(happyHorse: HappyHorseNode, batch = 1, settings: object = {}) {
	const { nodes, connections, ...workflow } = workflowWith(happyHorse, settings);
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
			[ITEMS]: leadsTo(LOOP),
			[LOOP]: leadsTo(AFTER_LOOP, HAPPY_HORSE),
			[HAPPY_HORSE]: leadsTo(LOOP),
		},
	};
}
