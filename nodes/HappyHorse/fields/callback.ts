import { canReach } from '../http/hosts';
import { ValidationError } from '../validationError';

export const CALLBACKS = ['none', 'thisWorkflow', 'url'] as const;

/** What stands before the workflow's ID in the path of the trigger node. */
export const TRIGGER_PATH_PREFIX = 'happy-horse-';

/**
 * Where the Happy Horse Trigger of a workflow is called.
 *
 * @param resumeUrl n8n's `$execution.resumeUrl`: the only address of its own that n8n tells a regular node.
 * @throws ValidationError when n8n does not show its address in the usual form.
 */
export function triggerAddress(resumeUrl: string, workflowId: string): string {
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

/** True for the production address of a Happy Horse Trigger, which understands what this node adds to it. */
export function isTriggerAddress(address: string): boolean {
	return new URL(address).pathname.includes(`/webhook/${TRIGGER_PATH_PREFIX}`);
}

/**
 * An address that the provider can call when a video is finished, minutes from now.
 *
 * @throws ValidationError
 */
export function callbackAddress(
	address: string,
	{ label, providerHost, manual }: { label: string; providerHost: string; manual: boolean },
): string {
	const { hostname } = new URL(address);
	if (!canReach({ from: providerHost, to: hostname })) {
		throw new ValidationError(
			`'${label}' leads to ${hostname}, which the provider cannot reach`,
			'Use a URL that is reachable from the internet. For this n8n, set the environment variable N8N_WEBHOOK_URL to its public URL.',
		);
	}
	if (!manual && new URL(address).pathname.includes('/webhook-test/')) {
		throw new ValidationError(
			"'Webhook URL' is a test URL, which works for two minutes only",
			'Open the node that receives the webhook and copy its production URL.',
		);
	}
	return address;
}
