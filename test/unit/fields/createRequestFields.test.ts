import type { VideoParameters } from '../../../nodes/HappyHorse/fields/createRequestFields';
import { createRequest } from '../../../nodes/HappyHorse/fields/createRequestFields';
import { refusalOf } from '../support/refusal';

const PUBLIC = 'api.magnific.com';

const good: VideoParameters = {
	model: 'happy-horse-1',
	imageSource: 'url',
	imageUrl: 'https://example.com/a.jpg',
	binaryPropertyName: 'data',
	prompt: 'a horse',
	resolution: '720P',
	duration: 5,
	seed: 7,
	metadata: { row: 7 },
};

const order = (changes: Partial<VideoParameters> = {}, host = PUBLIC) =>
	createRequest({ ...good, ...changes }, host);

it('turns the fields into an order', () => {
	expect(order()).toEqual({
		endpoint: 'image-to-video/happy-horse-1',
		image: { url: 'https://example.com/a.jpg' },
		fields: { prompt: 'a horse', resolution: '720P', duration: 5, seed: 7 },
		metadata: { row: 7 },
	});
});

it.each([[undefined], [null], ['']])(
	'leaves out prompt, seed and metadata that are %p',
	(nothing) => {
		const { fields, metadata } = order({ prompt: nothing, seed: nothing, metadata: nothing });
		expect(Object.keys(fields)).toEqual(['resolution', 'duration']);
		expect(metadata).toBeUndefined();
	},
);

it.each(['720P', '1080P'])('takes the resolution %s', (resolution) => {
	expect(order({ resolution }).fields).toMatchObject({ resolution });
});

it.each([[0], ['0']])('sends the seed %p', (seed) => {
	expect(order({ seed }).fields).toHaveProperty('seed', 0);
});

it.each([[5], ['5'], [' 5 ']])('gives the duration %p as a JSON number', (duration) => {
	expect(JSON.stringify(order({ duration }).fields)).toContain('"duration":5');
});

it.each<[keyof VideoParameters, unknown, string]>([
	['model', 'happy-horse-2', 'Model'],
	['model', undefined, 'Model'],
	['model', ['happy-horse-1'], 'Model'],
	['imageSource', 'file', 'Image Source'],
	['imageSource', undefined, 'Image Source'],
	['imageUrl', undefined, 'Image URL'],
	['imageUrl', '', 'Image URL'],
	['imageUrl', { url: 'https://example.com' }, 'Image URL'],
	['imageUrl', 'ftp://example.com/a.jpg', 'Image URL'],
	['imageUrl', 'https://user:pw@example.com/a.jpg', 'Image URL'],
	['prompt', 5, 'Prompt'],
	['prompt', ['a horse'], 'Prompt'],
	['prompt', { text: 'a horse' }, 'Prompt'],
	['prompt', true, 'Prompt'],
	['prompt', 'x'.repeat(2501), 'Prompt'],
	['resolution', '1080p', 'Resolution'],
	['resolution', 1080, 'Resolution'],
	['resolution', undefined, 'Resolution'],
	['duration', '5.5', 'Duration'],
	['duration', '', 'Duration'],
	['duration', null, 'Duration'],
	['duration', undefined, 'Duration'],
	['duration', Number.NaN, 'Duration'],
	['duration', Infinity, 'Duration'],
	['duration', 5.5, 'Duration'],
	['duration', [], 'Duration'],
	['duration', {}, 'Duration'],
	['duration', true, 'Duration'],
	['duration', 2, 'Duration'],
	['duration', 16, 'Duration'],
	['seed', -1, 'Seed'],
	['seed', 2147483648, 'Seed'],
	['seed', 0.5, 'Seed'],
	['seed', 'lucky', 'Seed'],
	['seed', Number.NaN, 'Seed'],
	['seed', [], 'Seed'],
	['seed', false, 'Seed'],
	['metadata', 'row 7', 'Metadata'],
	['metadata', '{"row": 7', 'Metadata'],
	['metadata', '[]', 'Metadata'],
	['metadata', 'null', 'Metadata'],
	['metadata', [], 'Metadata'],
	['metadata', 7, 'Metadata'],
	['metadata', true, 'Metadata'],
])('refuses %s %p and names the field', (field, value, label) => {
	const { message, hint } = refusalOf(() => order({ [field]: value }));
	expect(message).toMatch(new RegExp(`^'${label}' `));
	expect(hint).not.toBe('');
});

it.each(['data:image/png;base64,AAAA', ' DATA:image/jpeg;base64,AA'])(
	'says what to do with an image in the field: %s',
	(imageUrl) => {
		const { message, hint } = refusalOf(() => order({ imageUrl }));
		expect(message).toContain('holds the image itself');
		expect(message).not.toContain('base64');
		expect(hint).toContain("'Binary File'");
	},
);

it.each(['https://example.com/render?from=data:image/png', 'https://data.example.com/data:a.jpg'])(
	'takes an address that only mentions data: %s',
	(imageUrl) => {
		expect(order({ imageUrl }).image).toEqual({ url: imageUrl });
	},
);

it('says in seconds how long a video can be', () => {
	expect(refusalOf(() => order({ duration: 2 })).message).toBe(
		"'Duration' must be a whole number from 3 to 15 (seconds), but it is 2",
	);
});

const localImages = [
	'http://localhost/a.jpg',
	'http://localhost./a.jpg',
	'http://LOCALHOST:3000/a.jpg',
	'https://127.1/a.jpg',
	'https://0x7f000001/a.jpg',
	'https://2130706433/a.jpg',
	'https://127.0.0.1./a.jpg',
	'https://0/a.jpg',
	'https://10.0.0.8/a.jpg',
	'https://172.16.5.4/a.jpg',
	'https://192.168.1.7/a.jpg',
	'https://169.254.169.254/latest/meta-data',
	'https://100.64.0.1/a.jpg',
	'https://[::1]/a.jpg',
	'https://[::]/a.jpg',
	'https://[::ffff:127.0.0.1]/a.jpg',
	'https://[::ffff:7f00:1]/a.jpg',
	'https://[fe80::1]/a.jpg',
	'https://[fd12::1]/a.jpg',
	'https://nas.local/a.jpg',
	'https://n8n.internal/a.jpg',
	'https://intranet/a.jpg',
];

it.each(localImages)('refuses an image that a public provider cannot open: %s', (imageUrl) => {
	const { message, hint } = refusalOf(() => order({ imageUrl }));
	expect(message).toContain('cannot be opened from the internet');
	expect(hint).toContain("'Binary File'");
});

it.each(localImages)('lets the sandbox open it: %s', (imageUrl) => {
	expect(order({ imageUrl }, '127.0.0.1').image).toEqual({ url: imageUrl });
});

describe('an image from a file', () => {
	it('needs no image URL', () => {
		const { image } = order({ imageSource: 'binary', imageUrl: undefined });
		expect(image).toEqual({ binaryProperty: 'data' });
	});

	it.each([[''], ['  '], [undefined], [5], [[]]])('needs the name of a field: %p', (name) => {
		const { message } = refusalOf(() => order({ imageSource: 'binary', binaryPropertyName: name }));
		expect(message).toContain("'Input Data Field Name'");
	});

	it('says which name is the usual one when it is left empty', () => {
		const { message, hint } = refusalOf(() =>
			order({ imageSource: 'binary', binaryPropertyName: ' ' }),
		);
		expect(message).toBe("'Input Data Field Name' is empty");
		expect(hint).toContain('usually data');
	});

	it('may have blanks around the name, which are not part of it', () => {
		const { image } = order({ imageSource: 'binary', binaryPropertyName: ' photo\n' });
		expect(image).toEqual({ binaryProperty: 'photo' });
	});
});

describe('metadata', () => {
	it('A10: takes no __proto__ along from a text', () => {
		const { metadata = {} } = order({
			metadata: '{"row":7,"__proto__":{"polluted":1},"a":{"__proto__":{}}}',
		});
		expect(metadata).toEqual({ row: 7, a: {} });
		expect(Object.keys(metadata)).toEqual(['row', 'a']);
		expect(Object.keys(metadata.a as object)).toEqual([]);
		expect(metadata.polluted).toBeUndefined();
	});

	it.each([
		['an object', { a: 1 }, { a: 1 }],
		['JSON', '{"a": {"b": [1, null]}}', { a: { b: [1, null] } }],
		['an empty object', {}, undefined],
		['empty JSON', '{}', undefined],
	])('is taken from %s', (_, metadata, wanted) => {
		expect(order({ metadata }).metadata).toEqual(wanted);
	});

	it('shows how it is written when it cannot be read', () => {
		const { message, hint } = refusalOf(() => order({ metadata: 'row 7' }));
		expect(message).toBe('\'Metadata\' must be a JSON object, but it is the text "row 7"');
		expect(hint).toContain('{ "row": 7 }');
	});

	it('may have 1024 bytes as JSON, where an emoji has four', () => {
		const fits = { a: '🐎'.repeat(254) };
		expect(order({ metadata: fits }).metadata).toEqual(fits);
		const { message, hint } = refusalOf(() => order({ metadata: { a: '🐎'.repeat(255) } }));
		expect(message).toBe("'Metadata' may have at most 1024 bytes as JSON, but it has 1028");
		expect(hint).toContain('such as its ID');
	});
});
