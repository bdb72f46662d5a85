import { leadsTo, node } from '../../server/support/workflows/node';
import type { CredentialReference } from '../../server/support/workflows/workflow';
import {
	createAndWait,
	HAPPY_HORSE,
	happyHorseNode,
} from '../../server/support/workflows/workflow';

export const START = 'Start';

export { HAPPY_HORSE };

/** Manual Trigger -> Happy Horse, as a user would have left it on the canvas. */
export function workflowByHand(
	credential: CredentialReference,
	parameters: Record<string, unknown>,
): Record<string, unknown> {
	return {
		name: 'Image to video',
		settings: { executionOrder: 'v1' },
		nodes: [
			node(START, 'n8n-nodes-base.manualTrigger', { typeVersion: 1, parameters: {} }),
			{ ...happyHorseNode({ credential, parameters }), position: [240, 0] },
		],
		connections: { [START]: leadsTo(HAPPY_HORSE) },
	};
}

/** Parameters of Create and Wait with values that need no item to come from. */
export function createParameters(imageUrl: string, more: Record<string, unknown> = {}) {
	return createAndWait({ imageUrl, prompt: 'The horses gallop into the sunset', ...more });
}
