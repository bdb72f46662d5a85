import type { IExecuteFunctions } from 'n8n-workflow';

import { TRIGGER_PATH_PREFIX, triggerUrl } from '../fields/callback';
import { nodeReference } from '../n8n/nodeReference';
import { isWebhookMissing } from '../n8n/webhookRegistered';
import { ValidationError } from '../validationError';

/**
 * True when an item names the trigger of this workflow, and n8n says that nothing listens there: the webhook would start
 * nothing.
 */
export async function isTriggerMissing(
	context: IExecuteFunctions,
	readWebhookUrl: (item: number) => string | undefined,
): Promise<boolean> {
	const isNamed = context.getInputData().some((_, item) => {
		const url = orUndefined(() => readWebhookUrl(item));
		return url !== undefined && isOwnTrigger(context, url);
	});
	if (!isNamed) return false;
	const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	const id = String(context.getWorkflow().id);
	const url = orUndefined(() => triggerUrl(resumeUrl, id));
	return url !== undefined && (await isWebhookMissing(context, url));
}

/** An invalid URL is reported later, with the other fields of the item. */
function orUndefined<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}

/** @throws ValidationError when the webhook would find nothing to start. */
export function assertPublished(
	context: IExecuteFunctions,
	{ webhookUrl, triggerIsMissing }: { webhookUrl: string; triggerIsMissing: boolean },
): void {
	if (!triggerIsMissing || !isOwnTrigger(context, webhookUrl)) return;
	throw new ValidationError(
		'This workflow is not published, or has no Happy Horse Trigger, so the provider cannot start it when the video is finished',
		"Publish the workflow (in n8n 1: activate it), or set 'Status Updates' to 'None'. Nothing was created or charged.",
	);
}

/**
 * @throws ValidationError when the Happy Horse Trigger of this workflow has started the execution, and the new video would start
 * it again: each finished video would pay for the next one, without end.
 */
export function assertNoLoop(context: IExecuteFunctions, webhookUrl: string): void {
	if (!isOwnTrigger(context, webhookUrl)) return;
	const startedByTrigger = context
		.getParentNodes(context.getNode().name)
		.filter(({ type }) => type.endsWith('.happyHorseTrigger'))
		.some(
			({ name }) =>
				context.evaluateExpression(`{{ ${nodeReference(name)}.isExecuted }}`, 0) === true,
		);
	if (!startedByTrigger) return;
	throw new ValidationError(
		'The Happy Horse Trigger of this workflow started this execution, and the video that it creates would start the workflow again: each video would pay for the next, without end',
		"Set 'Status Updates' to 'None', or create the video in another workflow. Nothing was created or charged.",
	);
}

function isOwnTrigger(context: IExecuteFunctions, webhookUrl: string): boolean {
	const ownPath = `/${TRIGGER_PATH_PREFIX}${encodeURIComponent(String(context.getWorkflow().id))}`;
	return new URL(webhookUrl).pathname.endsWith(ownPath);
}
