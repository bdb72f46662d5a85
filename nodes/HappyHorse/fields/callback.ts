import { canReach } from '../http/hosts';
import { ValidationError } from '../validationError';

export const CALLBACKS = ['none', 'thisWorkflow', 'url'] as const;

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
