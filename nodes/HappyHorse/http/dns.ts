import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { isLocalHost } from './hosts';

type Helpers = Partial<
	Pick<IExecuteFunctions['helpers'] | IWebhookFunctions['helpers'], 'getSecureEgressFilter'>
>;

/**
 * Where a name leads, as newer versions of n8n can find out: 'local' into their own network, else one place of
 * each kind of address. Empty when n8n cannot tell, which proves nothing: behind a proxy it may have no name
 * service at all.
 */
export async function lookUp(
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
function oneOfEach(places: string[]): string[] {
	// The owner of n8n may have allowed a name of the own network: it is left to be opened by its name.
	const open = places.filter((place) => !isLocalHost(bracketed(place)));
	const first = (isIpv6: boolean) => open.find((place) => place.includes(':') === isIpv6);
	return [first(false), first(true)].filter((place) => place !== undefined);
}

const bracketed = (place: string) => (place.includes(':') ? `[${place}]` : place);

/** An address with its name replaced by the place it leads to, and the name that the server has to be told. */
export function atPlace(place: string, address: string): { url: string; host: string } {
	const url = new URL(address);
	const { host } = url;
	url.hostname = bracketed(place);
	return { url: url.href, host };
}
