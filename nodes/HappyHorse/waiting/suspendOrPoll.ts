import { canReach } from '../http/localHosts';
import { ValidationError } from '../validationError';

export type WaitUsing = 'auto' | 'polling' | 'webhook';

export interface WaitingFacts {
	waitUsing: WaitUsing;
	/** Where a webhook continues this execution. */
	resumeUrl: string;
	providerHost: string;
	/** As a tool of an AI agent a suspension would stop the agent, not this node. */
	isTool: boolean;
	/** In some sub-workflows a suspension would lose videos for the parent workflow. */
	losesVideos: boolean;
}

/**
 * How an execution waits: suspended until a webhook comes, or running and polling.
 *
 * @throws ValidationError when the user wants webhooks but the provider cannot reach this n8n.
 */
export function chooseWaiting(facts: WaitingFacts): 'webhook' | 'polling' {
	const { waitUsing, resumeUrl, providerHost, isTool, losesVideos } = facts;
	if (waitUsing === 'polling' || isTool) return 'polling';
	if (waitUsing === 'auto' && losesVideos) return 'polling';
	const { hostname } = new URL(resumeUrl);
	if (canReach({ from: providerHost, to: hostname })) return 'webhook';
	if (waitUsing === 'auto') return 'polling';
	throw new ValidationError(
		`'Wait Using' is set to Webhook, but the provider cannot reach this n8n at ${hostname}`,
		"Set 'Wait Using' to Automatic or Polling, or give n8n a public URL with the environment variable N8N_WEBHOOK_URL.",
	);
}
