import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { isLocalHost } from './localHosts';

type Helpers = Partial<
	Pick<IExecuteFunctions['helpers'] | IWebhookFunctions['helpers'], 'getSecureEgressFilter'>
>;

/**
 * Resolves a name, which newer versions of n8n can do safely: 'local' if it leads into n8n's own network, else one IPv4
 * and one IPv6 address. Empty when n8n cannot tell, which proves nothing: behind a proxy it may have no DNS at all.
 */
export async function resolveHost(
	context: { helpers: Helpers },
	hostname: string,
): Promise<string[] | 'local'> {
	const look = context.helpers.getSecureEgressFilter?.('enforced').createSecureLookup();
	if (look === undefined) return [];
	return await new Promise((done) => {
		look(hostname, { all: true }, (error, found) => {
			if (error) return done(error.name.startsWith('Ssrf') ? 'local' : []);
			done(oneOfEach(Array.isArray(found) ? found.map(({ address }) => address) : [found]));
		});
	});
}

/** IPv4 first: a machine without IPv6 cannot reach the other. */
function oneOfEach(ipAddresses: string[]): string[] {
	// The owner of n8n may have allowed a name of the own network: that one is opened by its name.
	const open = ipAddresses.filter((ipAddress) => !isLocalHost(bracketed(ipAddress)));
	const first = (isIpv6: boolean) => open.find((ipAddress) => ipAddress.includes(':') === isIpv6);
	return [first(false), first(true)].filter((ipAddress) => ipAddress !== undefined);
}

const bracketed = (ipAddress: string) => (ipAddress.includes(':') ? `[${ipAddress}]` : ipAddress);

/** The URL with its name replaced by an IP address, and the name for the Host header. */
export function atIpAddress(ipAddress: string, named: string): { url: string; host: string } {
	const url = new URL(named);
	const { host } = url;
	url.hostname = bracketed(ipAddress);
	return { url: url.href, host };
}
