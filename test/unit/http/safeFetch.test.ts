import { Readable } from 'stream';

import type { FileRequest } from '../../../nodes/HappyHorse/http/safeFetch';
import { BlockedUrlError, safeFetch } from '../../../nodes/HappyHorse/http/safeFetch';
import { API_KEY, fakeExecution, thrownBy } from '../support/fakeExecution';

const FILE = 'https://files.example.com/a';

interface Hop {
	statusCode?: number;
	location?: unknown;
}

interface SentRequest {
	url: string;
	headers: Record<string, string>;
}

/** Servers behind n8n's request helper, by URL; a URL without an entry has the file. */
function internet(hops: Record<string, Hop> = {}) {
	const fake = fakeExecution({});
	const { bendable } = fake;
	const sent: SentRequest[] = [];
	const bodies: Readable[] = [];
	bendable.helpers.httpRequest = async (options) => {
		sent.push(options as SentRequest);
		const { statusCode = 302, location } = hops[options.url] ?? { statusCode: 200 };
		const body = Readable.from([Buffer.from('the file')]);
		bodies.push(body);
		return { statusCode, headers: location === undefined ? {} : { location }, body };
	};
	bendable.helpers.httpRequestWithAuthentication = async () => {
		throw new Error('the key must stay at home');
	};
	const open = async (url: string, changes: Partial<FileRequest> = {}) =>
		await safeFetch(fake.context, { url, timeoutMs: 5000, allowLocal: false, ...changes });
	return { ...fake, sent, bodies, open, urls: () => sent.map(({ url }) => url) };
}

it('opens a public file without the key, not unpacked on the way, and hands over what comes', async () => {
	const { open, sent } = internet();
	const response = await open(FILE, { headers: { Range: 'bytes=0-9' } });
	expect(response.statusCode).toBe(200);
	expect((await response.body.toArray()).join('')).toBe('the file');
	expect(sent).toEqual([
		{
			method: 'GET',
			url: FILE,
			headers: { 'Accept-Encoding': 'identity', Range: 'bytes=0-9' },
			timeout: 5000,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		},
	]);
	expect(JSON.stringify(sent)).not.toContain(API_KEY);
});

it('can be cancelled with the execution', async () => {
	const { open, bendable, sent } = internet();
	const signal = AbortSignal.abort();
	bendable.getExecutionCancelSignal = () => signal;
	await open(FILE);
	expect(sent).toMatchObject([{ abortSignal: signal }]);
});

/** A1: what leads to this machine or its network, in the ways in which it has been written. */
const LOCAL = [
	'http://127.0.0.1/',
	'http://127.1/',
	'http://127.0.1/',
	'http://0x7f000001/',
	'http://0x7f.1/',
	'http://017700000001/',
	'http://0177.0.0.1/',
	'http://2130706433/',
	'http://127.255.255.254/',
	'http://0/',
	'http://0.0.0.0/',
	'http://127.0.0.1./',
	'http://１２７.０.０.１/',
	'http://127。0。0。1/',
	'http://[::1]/',
	'http://[::]/',
	'http://[0:0:0:0:0:0:0:1]/',
	'http://[::ffff:7f00:1]/',
	'http://[::ffff:127.0.0.1]/',
	'http://[::127.0.0.1]/',
	'http://[::ffff:169.254.169.254]/',
	'http://[fe80::1]/',
	'http://[febf::1]/',
	'http://[fc00::1]/',
	'http://[fd00::1]/',
	'http://[fd00:ec2::254]/',
	'http://localhost/',
	'http://localhost./',
	'http://LOCALHOST/',
	'http://a.localhost/',
	'http://intranet/',
	'http://printer.local/',
	'http://169.254.169.254/latest/meta-data/',
	'http://metadata.google.internal/',
	'http://metadata/',
	'http://instance-data/',
	'http://10.0.0.1/',
	'http://10.255.255.255/',
	'http://100.64.0.1/',
	'http://100.127.255.255/',
	'http://172.16.0.1/',
	'http://172.31.255.255/',
	'http://192.168.1.1/',
	'https://192.168.1.1:8443/',
	'\nhttp://127.0.0.1/',
	'\thttp://localhost/',
	'http:\\\\127.0.0.1\\',
	'http:127.0.0.1',
];

/** No server of the internet can be at these: many at once, reserved, for tests and documents, or translated to IPv4. */
const SPECIAL = [
	'http://224.0.0.1/',
	'http://239.255.255.250/',
	'http://240.0.0.1/',
	'http://255.255.255.255/',
	'http://198.18.0.1/',
	'http://192.0.0.192/',
	'http://[ff02::1]/',
	'http://[64:ff9b::7f00:1]/',
	'http://[64:ff9b::a9fe:a9fe]/',
	'http://[2002:7f00:1::]/',
	'http://[fec0::1]/',
];

const NEVER = [
	'file:///etc/passwd',
	'data:text/plain,x',
	'ftp://files.example.com/a',
	'gopher://files.example.com/',
	'javascript:1',
	'ws://files.example.com/',
	'//files.example.com/a',
	'/a',
	'',
	'http://',
	'https://a@files.example.com/',
	'https://a:b@files.example.com/',
	'https://:b@files.example.com/',
	'http://files.example.com@127.0.0.1/',
	'http://[::1/',
	'http://1.2.3.4.5/',
	'http://256.256.256.256/',
];

describe.each([
	['local', LOCAL],
	['special', SPECIAL],
	['no web URL', NEVER],
])('A1: %s', (kind, blockedUrls) => {
	it.each(blockedUrls.map((url) => [url]))('%j is rejected', async (url) => {
		const { open, sent } = internet();
		expect(await thrownBy(open(url))).toBeInstanceOf(BlockedUrlError);
		expect(sent).toEqual([]);
	});

	it.each(blockedUrls.map((url) => [url]))('%j is rejected on the way', async (url) => {
		// Relative URLs are none by themselves, but may well be where a redirect leads.
		if (/^(\/|$)/.test(url)) return;
		const { open, urls, bodies } = internet({ [FILE]: { location: url } });
		expect(await thrownBy(open(FILE))).toBeInstanceOf(BlockedUrlError);
		expect(urls()).toEqual([FILE]);
		expect(bodies[0]?.destroyed).toBe(true);
	});

	it(`may ${kind === 'local' ? '' : 'not '}be opened where the provider is local too`, async () => {
		for (const url of blockedUrls) {
			const { open, sent } = internet();
			const outcome = await open(url, { allowLocal: true }).catch((error: unknown) => error);
			if (kind === 'no web URL') {
				expect(outcome).toBeInstanceOf(BlockedUrlError);
				expect(sent).toEqual([]);
			} else if (kind === 'local') {
				expect(outcome).toMatchObject({ statusCode: 200 });
			}
		}
	});
});

it.each([
	'https://files.example.com/a',
	'http://93.184.216.34/a',
	'http://[2606:2800:220:1::1]/',
	'http://100.63.255.255/',
	'http://100.128.0.1/',
	'http://172.15.0.1/',
	'http://172.32.0.1/',
	'http://192.169.0.1/',
	'http://11.0.0.1/',
	'http://223.255.255.254/',
	'https://localhost.example.com/',
	'https://10.example.com/',
	'https://xn--pferd-0ta.example/',
])('%s is public', async (url) => {
	const { open, urls } = internet();
	expect(await open(url)).toMatchObject({ statusCode: 200 });
	expect(urls()).toEqual([url]);
});

describe('a redirect', () => {
	it.each([301, 302, 303, 307, 308])(
		'is followed by hand after %i, and lets go of its body',
		async (statusCode) => {
			const { open, urls, bodies, sent } = internet({
				[FILE]: { statusCode, location: '../b?c=d' },
				'https://files.example.com/b?c=d': { statusCode, location: '//cdn.example.com/e' },
			});
			const headers = { Range: 'bytes=0-9' };
			const response = await open(FILE, { headers });
			expect(urls()).toEqual([
				FILE,
				'https://files.example.com/b?c=d',
				'https://cdn.example.com/e',
			]);
			expect(bodies.map(({ destroyed }) => destroyed)).toEqual([true, true, false]);
			expect(response.body).toBe(bodies[2]);
			expect(sent.every((options) => options.headers.Range === headers.Range)).toBe(true);
		},
	);

	it('may be done five times', async () => {
		const chain = (length: number) =>
			Object.fromEntries(
				Array.from({ length }, (_, hop) => [
					`https://files.example.com/${hop}`,
					{ location: `/${hop + 1}` },
				]),
			);
		const five = internet(chain(5));
		expect(await five.open('https://files.example.com/0')).toMatchObject({ statusCode: 200 });
		const six = internet(chain(6));
		expect(await thrownBy(six.open('https://files.example.com/0'))).toBeInstanceOf(BlockedUrlError);
		expect(six.sent).toHaveLength(6);
		expect(six.bodies.every(({ destroyed }) => destroyed)).toBe(true);
	});

	it('to itself ends', async () => {
		const { open, sent } = internet({ [FILE]: { location: FILE } });
		expect(await thrownBy(open(FILE))).toBeInstanceOf(BlockedUrlError);
		expect(sent).toHaveLength(6);
	});

	it.each([[undefined], [['https://files.example.com/b']], [5]])(
		'to %p is a response like any other',
		async (location) => {
			const { open, sent } = internet({ [FILE]: { location } });
			expect(await open(FILE)).toMatchObject({ statusCode: 302 });
			expect(sent).toHaveLength(1);
		},
	);

	it('cannot lead from a public IP address to this machine where only the public one was requested', async () => {
		const { open, urls } = internet({
			[FILE]: { location: 'https://cdn.example.com/' },
			'https://cdn.example.com/': { location: 'http://127.0.0.1:5678/rest/settings' },
		});
		expect((await thrownBy(open(FILE))).message).toContain('127.0.0.1');
		expect(urls()).toEqual([FILE, 'https://cdn.example.com/']);
	});
});

it('passes on what the request fails with', async () => {
	const { open, bendable } = internet();
	bendable.helpers.httpRequest = async () => {
		throw new Error('reset');
	};
	expect((await thrownBy(open(FILE))).message).toBe('reset');
});

describe("n8n's own look at where a name leads", () => {
	/** n8n 2.4x: a filter for outgoing requests, which knows names that lead into its own network. */
	function filtered(
		names: Record<string, { error: string } | { places: string[] }>,
		hops: Record<string, Hop> = {},
	) {
		const network = internet(hops);
		const looked: string[] = [];
		const modes: string[] = [];
		Object.assign(network.bendable.helpers, {
			getSecureEgressFilter(mode: string) {
				modes.push(mode);
				return {
					createSecureLookup() {
						return (name: string, _options: object, done: (...results: unknown[]) => void) => {
							looked.push(name);
							const found = names[name] ?? { places: ['93.184.216.34'] };
							if ('error' in found) done(Object.assign(new Error('x'), { name: found.error }), []);
							else
								done(
									null,
									found.places.map((address) => ({ address })),
								);
						};
					},
				};
			},
		});
		return { ...network, looked, modes };
	}

	const NAME = 'files.example.com';

	it.each(['SsrfBlockedIpError', 'SsrfBlockedHostnameError'])('is heeded: %s', async (name) => {
		const { open, sent, modes } = filtered({ [NAME]: { error: name } });
		expect(await thrownBy(open(FILE))).toBeInstanceOf(BlockedUrlError);
		expect(sent).toEqual([]);
		expect(modes).toEqual(['enforced']);
	});

	it('is taken at each URL on the way', async () => {
		const next = 'rebound.example.com';
		const { open, looked, urls } = filtered(
			{ [next]: { error: 'SsrfBlockedIpError' } },
			{ [FILE]: { location: `https://${next}/` } },
		);
		expect(await thrownBy(open(FILE))).toBeInstanceOf(BlockedUrlError);
		expect([looked, urls()]).toEqual([[NAME, next], [FILE]]);
	});

	it('proves nothing when the name cannot be looked up at all', async () => {
		const { open, urls } = filtered({ [NAME]: { error: 'DnsLookupError' } });
		expect(await open(FILE, { pinned: true })).toMatchObject({ statusCode: 200 });
		expect(urls()).toEqual([FILE]);
	});

	it('is not taken where the provider is local', async () => {
		const { open, looked } = filtered({ [NAME]: { error: 'SsrfBlockedIpError' } });
		expect(await open(FILE, { allowLocal: true })).toMatchObject({ statusCode: 200 });
		expect(looked).toEqual([]);
	});

	describe('A1 rebinding: holds for the connection, too, where a stranger may have chosen the URL', () => {
		const PLACES = ['2606:2800:220:1::1', '93.184.216.34', '93.184.216.35'];

		it('opens the place that was looked at, and tells the server the name', async () => {
			const { open, sent, looked } = filtered({ [NAME]: { places: PLACES } });
			const url = `http://${NAME}:8080/a?b=1`;
			await open(url, { pinned: true, headers: { Range: 'bytes=0-9' } });
			expect(looked).toEqual([NAME]);
			expect(sent).toMatchObject([
				{
					url: 'http://93.184.216.34:8080/a?b=1',
					headers: { Range: 'bytes=0-9', Host: `${NAME}:8080` },
				},
			]);
		});

		it('takes the other kind of IP address when the first cannot be reached, then gives up', async () => {
			const { open, bendable } = filtered({ [NAME]: { places: PLACES } });
			const tried: string[] = [];
			bendable.helpers.httpRequest = async ({ url }) => {
				tried.push(url);
				throw new Error(`no way to ${url}`);
			};
			const places = ['https://93.184.216.34/a', 'https://[2606:2800:220:1::1]/a'];
			expect((await thrownBy(open(FILE, { pinned: true }))).message).toBe(`no way to ${places[1]}`);
			expect(tried).toEqual(places);
		});

		it('is looked up again at each URL on the way, which starts from the name', async () => {
			const { open, urls, sent } = filtered(
				{ [NAME]: { places: ['93.184.216.34'] }, 'cdn.example.com': { places: ['93.184.216.40'] } },
				{
					'https://93.184.216.34/a': { location: '/b' },
					'https://93.184.216.34/b': { location: '//cdn.example.com/c' },
				},
			);
			await open(FILE, { pinned: true });
			expect(urls()).toEqual([
				'https://93.184.216.34/a',
				'https://93.184.216.34/b',
				'https://93.184.216.40/c',
			]);
			expect(sent.map(({ headers }) => headers.Host)).toEqual([NAME, NAME, 'cdn.example.com']);
		});

		it('leaves a name that n8n allows into its own network to n8n', async () => {
			const { open, urls } = filtered({ [NAME]: { places: ['10.0.0.7', 'fd00::7'] } });
			await open(FILE, { pinned: true });
			expect(urls()).toEqual([FILE]);
		});

		it('is not so for a URL of the provider, which a proxy may want by its name', async () => {
			const { open, urls, sent } = filtered({ [NAME]: { places: PLACES } });
			await open(FILE);
			expect(urls()).toEqual([FILE]);
			expect(sent[0]?.headers).not.toHaveProperty('Host');
		});
	});
});
