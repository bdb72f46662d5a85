import { canReach } from '../transport/host';
import { Refusal } from '../refusal';

export const CALLBACKS = ['none', 'url'] as const;

/**
 * An address that the provider can call when a video is finished, minutes from now.
 *
 * @throws Refusal
 */
export function callbackAddress(
	{ address, hostname }: { address: string; hostname: string },
	{ providerHost, manual }: { providerHost: string; manual: boolean },
): string {
	if (!canReach({ from: providerHost, to: hostname })) {
		throw new Refusal(
			`'Webhook URL' is on ${hostname}, which the provider cannot call`,
			'Use an address that is reachable from the internet. For this n8n, set the environment variable N8N_WEBHOOK_URL to its public address.',
		);
	}
	if (!manual && new URL(address).pathname.includes('/webhook-test/')) {
		throw new Refusal(
			"'Webhook URL' is a test URL, which works for two minutes only",
			'Open the node that waits for the call and copy its production URL.',
		);
	}
	return address;
}
