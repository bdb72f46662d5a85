import type { IExecuteFunctions } from 'n8n-workflow';

import { canReach } from '../http/localHosts';
import { ValidationError } from '../validationError';
import { choiceField } from './types/choice';
import type { Field } from './types/field';
import { readField } from './types/field';
import { webUrl } from './types/url';

const statusUpdates = choiceField({
	name: 'callback',
	label: 'Status Updates',
	default: 'none',
	description: 'Where the provider reports each change of the status of the video',
	choices: [
		{
			name: 'Send to a Webhook URL',
			value: 'url',
			description: 'Such as the production URL of a webhook in another workflow',
		},
		{ name: 'None', value: 'none', description: "Look later with 'Get' or 'Wait'" },
		{
			name: 'Start This Workflow',
			value: 'thisWorkflow',
			description: 'Starts the Happy Horse Trigger in this workflow. Publish it first.',
		},
	],
});

const webhookUrl: Field<string> = {
	name: 'webhookUrl',
	label: 'Webhook URL',
	properties: [
		{
			displayName: 'Webhook URL',
			name: 'webhookUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. https://n8n.example.com/webhook/video-finished',
			description:
				'The URL that the provider sends webhooks to. It must be reachable from the internet. Use a production URL: test URLs stop working after two minutes.',
			displayOptions: { show: { callback: ['url'] } },
		},
	],
	check: (value) => webUrl(value, "'Webhook URL'").url,
};

export const callbackFields: readonly Field[] = [statusUpdates, webhookUrl];

/** The part of the trigger's path before the workflow's ID. */
export const TRIGGER_PATH_PREFIX = 'happy-horse-';

/**
 * The URL of the Happy Horse Trigger of a workflow.
 *
 * @param resumeUrl n8n's `$execution.resumeUrl`: the only URL of its own that n8n tells a regular node.
 * @throws ValidationError when n8n does not show its URL in the usual form.
 */
export function triggerUrl(resumeUrl: string, workflowId: string): string {
	const url = new URL(resumeUrl);
	const end = url.pathname.indexOf('/webhook-waiting/');
	if (end === -1) {
		throw new ValidationError(
			"'Status Updates' cannot find the trigger of this workflow, since n8n uses webhook paths of its own",
			"Set 'Status Updates' to 'Send to a Webhook URL' and paste the production URL of the Happy Horse Trigger.",
		);
	}
	const base = url.origin + url.pathname.slice(0, end);
	return `${base}/webhook/${TRIGGER_PATH_PREFIX}${encodeURIComponent(workflowId)}`;
}

/** True for the production URL of a Happy Horse Trigger, which understands what this node adds to it. */
export function isTriggerUrl(url: string): boolean {
	return new URL(url).pathname.includes(`/webhook/${TRIGGER_PATH_PREFIX}`);
}

/**
 * A URL that the provider can reach when a video is finished, minutes from now.
 *
 * @throws ValidationError
 */
export function callbackUrl(
	url: string,
	{ label, providerHost, manual }: { label: string; providerHost: string; manual: boolean },
): string {
	const { hostname, pathname } = new URL(url);
	if (!canReach({ from: providerHost, to: hostname })) {
		throw new ValidationError(
			`'${label}' leads to ${hostname}, which the provider cannot reach`,
			'Use a URL that is reachable from the internet. For this n8n, set the environment variable N8N_WEBHOOK_URL to its public URL.',
		);
	}
	if (!manual && pathname.includes('/webhook-test/')) {
		throw new ValidationError(
			"'Webhook URL' is a test URL, which works for two minutes only",
			'Open the node that receives the webhook and copy its production URL.',
		);
	}
	return url;
}

/**
 * The callback URL for an item's task; `undefined` for none.
 *
 * @throws ValidationError when the provider could not reach it, or not for long enough.
 */
export function readCallbackUrl(
	context: IExecuteFunctions,
	{ item, providerHost }: { item: number; providerHost: string },
): string | undefined {
	const wanted = readField(context, statusUpdates, item);
	if (wanted === 'none') return undefined;
	const manual = context.getMode() === 'manual';
	if (wanted === 'thisWorkflow') {
		const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', item));
		const url = triggerUrl(resumeUrl, String(context.getWorkflow().id));
		return callbackUrl(url, { label: statusUpdates.label, providerHost, manual });
	}
	const url = readField(context, webhookUrl, item);
	return callbackUrl(url, { label: webhookUrl.label, providerHost, manual });
}
