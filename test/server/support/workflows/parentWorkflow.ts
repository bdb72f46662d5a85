/** A workflow that runs another: Webhook → Items → Sub-workflow → After; the other: Start → Happy Horse. */
import { leadsTo, node } from './node';
import type { HappyHorseNode } from './workflow';
import { AFTER, HAPPY_HORSE, happyHorseNode, ITEMS, workflowWith } from './workflow';

export const SUB_WORKFLOW = 'Sub-workflow';
export const START = 'Start';

/** What is run; it gives back what our node gives. */
export function childWorkflow(happyHorse: HappyHorseNode, settings: object = {}) {
	return {
		name: `child ${Date.now()}`,
		settings: { executionOrder: 'v1', ...settings },
		nodes: [
			node(START, 'n8n-nodes-base.executeWorkflowTrigger', {
				typeVersion: 1.1,
				parameters: { inputSource: 'passthrough' },
			}),
			happyHorseNode(happyHorse),
		],
		connections: { [START]: leadsTo(HAPPY_HORSE) },
	};
}

export interface ParentParts {
	childId: string;
	/** One run of the other workflow for all items, or one for each. */
	mode: 'once' | 'each';
	/** False to continue at once. */
	wait?: boolean;
	settings?: object;
	nodeSettings?: object;
}

/** What runs it. */
export function parentWorkflow({
	childId,
	mode,
	wait = true,
	settings,
	nodeSettings,
}: ParentParts) {
	const { nodes, connections, ...workflow } = workflowWith(
		{ credential: { id: '', name: '' }, parameters: {} },
		settings,
	);
	return {
		...workflow,
		nodes: [
			...nodes.filter(({ name }) => name !== HAPPY_HORSE && name !== 'After failure'),
			node(SUB_WORKFLOW, 'n8n-nodes-base.executeWorkflow', {
				typeVersion: 1.3,
				parameters: {
					source: 'database',
					workflowId: { __rl: true, mode: 'id', value: childId },
					workflowInputs: { mappingMode: 'defineBelow', value: {} },
					mode,
					options: { waitForSubWorkflow: wait },
				},
				...nodeSettings,
			}),
		],
		connections: {
			Webhook: connections.Webhook,
			[ITEMS]: leadsTo(SUB_WORKFLOW),
			[SUB_WORKFLOW]: leadsTo(AFTER),
		},
	};
}
