import { hostOf, providerFrom } from '../../../nodes/HappyHorse/http/provider';
import { validationErrorOf } from '../support/validationErrorOf';

const custom = (baseUrl: unknown) => providerFrom({ provider: 'custom', baseUrl, apiKey: 'key-1' });

it.each([
	['magnific', 'https://api.magnific.com'],
	['freepik', 'https://api.freepik.com'],
])('%s is at %s, whatever an old base URL says', (provider, baseUrl) => {
	const found = providerFrom({ provider, baseUrl: 'http://localhost', apiKey: 'key-1' });
	expect(found.baseUrl).toBe(baseUrl);
	expect(hostOf(found)).toBe(new URL(baseUrl).hostname);
});

it.each([
	['https://gateway.example.com', 'https://gateway.example.com'],
	['https://gateway.example.com/', 'https://gateway.example.com'],
	[' https://gateway.example.com/happy//\n', 'https://gateway.example.com/happy'],
	['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
	['http://sandbox:4010/', 'http://sandbox:4010'],
	['http://[::1]:4010', 'http://[::1]:4010'],
])('takes the base URL %p as %s', (given, wanted) => {
	expect(custom(given).baseUrl).toBe(wanted);
});

it.each([
	[''],
	[undefined],
	[null],
	[5],
	['gateway.example.com'],
	['ftp://gateway.example.com'],
	['https://user:pw@gateway.example.com'],
	['https://gateway.example.com/?key=1'],
	['https://gateway.example.com/#top'],
	['https://gateway.example.com/?'],
	['https://gateway.example.com/#'],
])('rejects the base URL %p', (baseUrl) => {
	expect(validationErrorOf(() => custom(baseUrl)).message).toContain("'Base URL'");
});

it.each(['http://gateway.example.com', 'http://8.8.8.8', 'http://localhost.example.com'])(
	'never sends the key in the clear over the internet: %s',
	(baseUrl) => {
		expect(validationErrorOf(() => custom(baseUrl)).message).toContain('unencrypted');
	},
);

it.each([['constructor'], ['__proto__'], ['toString'], ['elsewhere'], [undefined]])(
	'sends nothing to a provider that does not exist: %p',
	(provider) => {
		expect(validationErrorOf(() => providerFrom({ provider, apiKey: 'key-1' })).message).toContain(
			"'API Provider'",
		);
	},
);

it.each([[''], ['  '], [undefined], [null], [5], [{}]])('needs a key, not %p', (apiKey) => {
	expect(validationErrorOf(() => providerFrom({ provider: 'magnific', apiKey })).message).toBe(
		"The credential has no 'API Key'",
	);
});

it.each(['a b', 'a\r\nX-Evil: 1', 'a\nb', 'a\tb', 'a\0b', 'kéy', 'key\u200b', '🐎'])(
	'rejects a key that no header can hold, without showing it: %j',
	(apiKey) => {
		const { message, hint } = validationErrorOf(() =>
			providerFrom({ provider: 'magnific', apiKey }),
		);
		expect(message + hint).not.toContain(apiKey);
	},
);

it.each<[string, Record<string, unknown>, string, string]>([
	['no key', { apiKey: '' }, "The credential has no 'API Key'", 'paste your key'],
	[
		'a key with a blank inside',
		{ apiKey: 'a b' },
		"The 'API Key' of the credential contains characters that no key has",
		'Copy the key again, without blanks or line breaks inside',
	],
	[
		'a webhook secret with a blank inside',
		{ webhookSecret: 'a b' },
		"The 'Webhook Secret' of the credential cannot be used",
		'Copy it again from the dashboard of your provider',
	],
	[
		'a provider of another version',
		{ provider: 'elsewhere' },
		"The credential has no 'API Provider' that this node knows",
		'pick one from the list',
	],
	[
		'a base URL without https://',
		{ provider: 'custom', baseUrl: 'gateway.example.com' },
		"The 'Base URL' of the credential is not a URL",
		'such as https://gateway.example.com or, for the sandbox, http://127.0.0.1:4010',
	],
	[
		'a public base URL with http://',
		{ provider: 'custom', baseUrl: 'http://gateway.example.com' },
		"The 'Base URL' of the credential would send your API key unencrypted over the internet",
		'Use a URL that starts with https://',
	],
])('says what to do about %s', (_, wrong, message, hint) => {
	const found = validationErrorOf(() =>
		providerFrom({ provider: 'magnific', apiKey: 'key-1', ...wrong }),
	);
	expect(found.message).toBe(message);
	expect(found.hint).toContain(hint);
});

it('knows key and webhook secret as secrets, without blanks around them', () => {
	const credential = { provider: 'magnific', apiKey: ' key-1\n', webhookSecret: ' hush ' };
	expect(providerFrom(credential).secrets).toEqual(['key-1', 'hush']);
	expect(providerFrom({ ...credential, webhookSecret: '' }).secrets).toEqual(['key-1']);
});

describe('what webhooks are checked with', () => {
	const provider = (more: Record<string, unknown>) =>
		providerFrom({ provider: 'magnific', apiKey: 'key-1', ...more });
	const secret = '0123456789abcdef0123456789abcdef';

	it.each([[undefined], [''], [' \n'], [null], [5], [{}], [['secret']]])(
		'W36: the webhook secret %p is none',
		(webhookSecret) => {
			expect(provider({ webhookSecret }).webhookKeys).toBeNull();
		},
	);

	it.each([secret, ` ${secret}\n`])('W35: the keys of %j', (webhookSecret) => {
		const keys = [Buffer.from(secret), Buffer.from(secret, 'base64'), Buffer.from(secret, 'hex')];
		expect(provider({ webhookSecret }).webhookKeys).toEqual(keys);
	});

	it.each(['hidden words', 'hidden\nwords', 'whsec_', 'whsec_aGlkZGVu', 'whsec_hidden!words'])(
		'W35, W36: a secret that cannot be used is said to be so, without showing it: %j',
		(webhookSecret) => {
			const { message, hint } = validationErrorOf(() => provider({ webhookSecret }));
			expect(message).toContain("'Webhook Secret'");
			expect(message + hint).not.toMatch(/hidden|whsec|aGlk/);
		},
	);

	it('the key for own notes stays the same, for webhooks that are under way during an update', () => {
		expect(provider({}).signingKey.toString('hex')).toBe(
			'3665af5d46973899023fed4a2b51043d954c58afd80dbee238e3dbad3503f9e4',
		);
	});

	it('the key for own notes comes from the API key alone, and does not reveal it', () => {
		const { signingKey } = provider({});
		expect(signingKey).toHaveLength(32);
		expect(provider({ webhookSecret: secret, provider: 'freepik' }).signingKey).toEqual(signingKey);
		expect(provider({ apiKey: ' key-1\n' }).signingKey).toEqual(signingKey);
		expect(provider({ apiKey: 'key-2' }).signingKey).not.toEqual(signingKey);
		for (const encoding of ['latin1', 'hex', 'base64', 'base64url'] as const) {
			expect(signingKey.toString(encoding)).not.toContain(Buffer.from('key-1').toString(encoding));
		}
	});
});
