/**
 * Requests that must never be sent: what to change in a good item, the field that the error has to name, and
 * a piece of the words that tell what is wrong with it.
 */
export interface InvalidRequest {
	change: Record<string, unknown>;
	field: string;
	says: string;
}

const wrong = (
	field: string,
	says: string,
	...changes: Array<Record<string, unknown>>
): InvalidRequest[] => changes.map((change) => ({ field, says, change }));

const RANGE = 'must be a whole number from 3 to 15 seconds';

export const INVALID_REQUESTS: InvalidRequest[] = [
	...wrong('Duration', `${RANGE}, but it is empty`, { duration: null }, { duration: undefined }),
	...wrong('Duration', `${RANGE}, but it is empty`, { duration: '' }),
	...wrong('Duration', `${RANGE}, not an object`, { duration: { seconds: 5 } }),
	...wrong('Duration', `${RANGE}, not a list`, { duration: [5] }),
	...wrong('Duration', `${RANGE}, not NaN`, { duration: 'NaN' }),
	...wrong('Duration', `${RANGE}, not 5.5`, { duration: 5.5 }),
	...wrong('Duration', `${RANGE}, not 2`, { duration: 2 }),
	...wrong('Duration', `${RANGE}, not 16`, { duration: 16 }),
	...wrong('Duration', `${RANGE}, not true`, { duration: true }),
	...wrong('Duration', `${RANGE}, not "abc"`, { duration: 'abc' }),
	...wrong('Duration', `${RANGE}, not "5 s"`, { duration: '5 s' }),
	...wrong('Duration', `${RANGE}, not "2"`, { duration: '2' }),
	...wrong('Duration', `${RANGE}, not "0x5"`, { duration: '0x5' }),

	...wrong('Prompt', 'at most 2,500 characters, but it has 2,501', { prompt: 'x'.repeat(2501) }),
	...wrong('Prompt', 'at most 2,500 characters, but it has 2,501', { prompt: '🐴'.repeat(2501) }),
	...wrong('Prompt', 'must be a text, not 5', { prompt: 5 }),
	...wrong('Prompt', 'must be a text, not an object', { prompt: { text: 'run' } }),
	...wrong('Prompt', 'must be a text, not a list', { prompt: ['run'] }),

	...wrong(
		'Resolution',
		'must be one of 1080P, 720P',
		{ resolution: '480P' },
		{ resolution: 720 },
		{ resolution: null },
	),
	...wrong(
		'Model',
		'must be one of happy-horse-1, happy-horse-1-1',
		{ model: 'happy-horse-2' },
		{ model: '' },
		{ model: '../loras' },
		{ model: {} },
	),
	...wrong(
		'Seed',
		'must be a whole number from 0 to 2,147,483,647',
		{ seed: -1 },
		{ seed: 2147483648 },
		{ seed: 1.5 },
		{ seed: 'lucky' },
		{ seed: {} },
		{ seed: 'NaN' },
	),
	...wrong(
		'Metadata',
		'must be a JSON object',
		{ metadata: 'row 7' },
		{ metadata: '{"row": 7' },
		{ metadata: '[7]' },
		{ metadata: [7] },
		{ metadata: 7 },
	),
	...wrong('Metadata', 'at most 1,024 bytes', { metadata: { note: 'ü'.repeat(600) } }),

	...wrong('Image Source', 'must be one of binary, url', { source: 'file' }, { source: null }),
	...wrong('Image URL', 'but it is empty', { image: '' }),
	...wrong('Image URL', ', not "  "', { image: '  ' }),
	...wrong('Image URL', 'but it is empty', { image: null }, { image: undefined }),
	...wrong('Image URL', ', not an object', { image: { src: 'https://example.com/a.png' } }),
	...wrong(
		'Image URL',
		'must be a URL that starts with https:// or http://',
		{ image: 'ftp://example.com/a.png' },
		{ image: 'file:///etc/hostname' },
		{ image: 'javascript:alert(1)' },
		{ image: 'images/horse.png' },
		{ image: '//example.com/a.png' },
		{ image: 'https://' },
	),
	...wrong(
		'Image URL',
		'must be a URL without spaces or line breaks',
		{ image: 'https://exam ple.com/a.png' },
		{ image: 'https://example.com/a\n.png' },
	),
	...wrong('Image URL', 'takes a URL only', { image: 'data:image/png;base64,iVBORw0KGgo=' }),
	...wrong(
		'Image URL',
		'must not contain a user name or password',
		{ image: 'https://me:secret@example.com/a.png' },
		{ image: 'https://me@example.com/a.png' },
	),
	...wrong('Status Updates', 'must be one of', { callback: 'sometimes' }, { callback: {} }),
	...wrong(
		'Webhook URL',
		'must be a URL',
		{ callback: 'url', webhookUrl: undefined },
		{ callback: 'url', webhookUrl: '' },
		{ callback: 'url', webhookUrl: 'ftp://example.com/hook' },
		{ callback: 'url', webhookUrl: 'my hook' },
	),
	...wrong('Webhook URL', 'is a test URL', {
		callback: 'url',
		webhookUrl: 'https://n8n.example.com/webhook-test/done',
	}),
	...wrong('Webhook URL', 'must not contain a user name', {
		callback: 'url',
		webhookUrl: 'https://me:secret@example.com/hook',
	}),
];

/** Hosts that a provider on the internet can never open. */
export const LOCAL_HOSTS = [
	'localhost',
	'127.0.0.1',
	'127.1',
	'0x7f000001',
	'2130706433',
	'0.0.0.0',
	'[::1]',
	'[::ffff:192.168.1.5]',
	'[fd00::1]',
	'10.0.0.1',
	'100.64.0.1',
	'169.254.169.254',
	'172.16.0.1',
	'192.168.1.5',
	'nas',
	'nas.local',
	'host.docker.internal',
	'LOCALHOST.',
	'app.localhost',
];
