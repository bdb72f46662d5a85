import type { IExecuteFunctions } from 'n8n-workflow';

import { nodeReference } from '../lifecycle/waiting/nodeReference';
import { TRIGGER_PATH_PREFIX } from '../parameters/callback';
import { Refusal } from '../refusal';

/**
 * @throws Refusal when the Happy Horse Trigger of this workflow has started the execution, and the new video would start
 * it again: each finished video would pay for the next one, without an end.
 */
export function assertNoLoop(context: IExecuteFunctions, webhookUrl: string): void {
	const ownPath = `/${TRIGGER_PATH_PREFIX}${encodeURIComponent(String(context.getWorkflow().id))}`;
	if (!new URL(webhookUrl).pathname.endsWith(ownPath)) return;
	const startedByTrigger = context
		.getParentNodes(context.getNode().name)
		.filter(({ type }) => type.endsWith('.happyHorseTrigger'))
		.some(
			({ name }) =>
				context.evaluateExpression(`{{ ${nodeReference(name)}.isExecuted }}`, 0) === true,
		);
	if (!startedByTrigger) return;
	throw new Refusal(
		'The Happy Horse Trigger of this workflow started this execution, and the video that it creates would start the workflow again: each video would pay for the next, without end',
		"Set 'When Finished' to 'Do Nothing', or create the video in another workflow. Nothing was created or charged.",
	);
}
