import type { FileReference } from '../../../nodes/HappyHorse/media/itemFile';
import { isBinaryObject, readItemFile } from '../../../nodes/HappyHorse/media/itemFile';
import type { ImageLimits } from '../../../nodes/HappyHorse/media/limits';
import { EDITED_VIDEO } from '../../../nodes/HappyHorse/resources/videoEdit';
import { ValidationError } from '../../../nodes/HappyHorse/validationError';
import type { Setup } from '../support/fakeExecution';
import { fakeExecution, thrownBy } from '../support/fakeExecution';
import { jpeg, png } from '../support/images';

const PNG = png();

const LIMITS: ImageLimits = {
	kind: 'image',
	types: ['jpeg', 'png', 'webp', 'bmp'],
	minSide: 300,
	maxRatio: [5, 2],
	maxMegabytes: 10,
};

const item = { json: {}, binary: { data: { data: '', mimeType: 'image/png' } } };

const stored = { json: {}, binary: { data: { ...item.binary.data, id: 'filesystem:1' } } };

interface Wanted {
	property?: string;
	setup?: Setup;
}

function image(bytes: Buffer, { property = 'data', setup = {} }: Wanted = {}) {
	const fake = fakeExecution({ items: [item], files: [bytes], ...setup });
	return {
		...fake,
		outcome: readItemFile(fake.context, { item: 0, file: { property }, limits: LIMITS }),
	};
}

describe('the image', () => {
	it('is what its bytes say, whatever its name or type', async () => {
		const bytes = jpeg(800, 600);
		expect(await image(bytes).outcome).toMatchObject({
			bytes,
			contentType: 'image/jpeg',
			verdict: {
				kind: 'fine',
				facts: { type: 'jpeg', width: 800, height: 600, bytes: bytes.length },
			},
		});
	});

	it('is told apart by its bytes', async () => {
		const { identity } = await image(PNG).outcome;
		expect(identity).toMatch(/^[0-9a-f]{64}$/);
		expect((await image(Buffer.concat([PNG, PNG])).outcome).identity).not.toBe(identity);
	});

	it.each<[string, Buffer, string]>([
		['BMP', Buffer.from('BM1234'), 'BMP'],
		['GIF', Buffer.from('GIF89a'), 'It is a GIF (accepted: JPEG, PNG or WebP)'],
		['HTML', Buffer.from('<html>'), 'It is a web page, not an image'],
		['PDF', Buffer.from('%PDF-1.7'), 'It is a PDF, not an image'],
		['a video', Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), 'MP4 or MOV video, not an image'],
		['nothing known', Buffer.from('hello'), 'no JPEG, PNG or WebP'],
		['an empty file', Buffer.alloc(0), 'no JPEG, PNG or WebP'],
		['more than 10 MB', Buffer.concat([PNG, Buffer.alloc(10 * 1024 * 1024)]), '10.1 MB'],
	])('is rejected as %s', async (_, bytes, text) => {
		const error = await thrownBy(image(bytes).outcome);
		expect(error).toBeInstanceOf(ValidationError);
		expect(error.message).toContain(text);
	});

	it('as a web page gets the usual cause as a hint', async () => {
		const page = Buffer.from('<!doctype html><html><title>Drive</title>');
		const error = await thrownBy(image(page).outcome);
		expect(error.message).toBe(
			"The file in input field 'data' cannot be used. It is a web page, not an image",
		);
		expect(error).toHaveProperty(
			'hint',
			expect.stringMatching(/Share pages of Google Drive.*Nothing was created or charged\.$/),
		);
		const other = await thrownBy(image(Buffer.from('GIF89a')).outcome);
		expect(other).toHaveProperty('hint', expect.not.stringContaining('Share pages'));
	});

	it.each([
		[LIMITS.types, /public URL of the BMP/],
		[['png'] as const, /^Convert it to PNG or JPEG\.$/],
	])('as BMP gets a hint that fits the endpoint: %j', async (types, hint) => {
		const { context } = fakeExecution({ items: [item], files: [Buffer.from('BM1234')] });
		const limits: ImageLimits = { ...LIMITS, types };
		const reading = readItemFile(context, { item: 0, file: { property: 'data' }, limits });
		expect(await thrownBy(reading)).toHaveProperty('hint', expect.stringMatching(hint));
	});

	it('may have 10 MB', async () => {
		const bytes = Buffer.concat([PNG, Buffer.alloc(10 * 1024 * 1024 - PNG.length)]);
		expect((await image(bytes).outcome).bytes).toHaveLength(10 * 1024 * 1024);
	});

	it.each<[string, Buffer, string[]]>([
		['too small', png(299, 300), ['299x300', '300 pixels']],
		['too long', png(751, 300), ['751x300', '2.5']],
		['too tall', jpeg(300, 751), ['300x751', '2.5']],
	])(
		'is read when it is %s, with a verdict that holds measured value and limit',
		async (_, bytes, texts) => {
			const { verdict } = await image(bytes).outcome;
			expect(verdict.kind).toBe('rejected');
			for (const text of texts) expect(JSON.stringify(verdict)).toContain(text);
		},
	);

	it('is not rejected when its beginning does not show its size: the API may know better', async () => {
		const cut = PNG.subarray(0, 16);
		expect(await image(cut).outcome).toMatchObject({
			contentType: 'image/png',
			verdict: { kind: 'unclear' },
		});
	});

	it.each(['photo', ''])('is missed by the name of its field: %p', async (property) => {
		const { outcome, filesRead } = image(PNG, { property });
		const error = await thrownBy(outcome);
		expect(error).toBeInstanceOf(ValidationError);
		expect(error.message).toBe(`No file found in input field '${property}'`);
		expect(error).toHaveProperty('hint', expect.stringMatching(/^Fields with files: data\. /));
		expect(filesRead).toEqual([]);
	});

	it('is missed where the item has no files at all', async () => {
		const error = await thrownBy(image(PNG, { setup: { items: [{ json: {} }] } }).outcome);
		expect(error).toHaveProperty('hint', expect.stringMatching(/^The item has no files\. /));
	});

	it('is weighed before it is loaded where n8n keeps it outside of the item', async () => {
		const heavy = image(PNG, { setup: { items: [stored], fileSize: 10 * 1024 * 1024 + 1 } });
		expect((await thrownBy(heavy.outcome)).message).toContain('10.1 MB');
		expect(heavy.filesRead).toEqual(['size of filesystem:1']);
		const light = image(PNG, { setup: { items: [stored], fileSize: 10 * 1024 * 1024 } });
		await light.outcome;
		expect(light.filesRead).toEqual(['size of filesystem:1', 'bytes of item 0']);
	});
});

describe('a file that an expression gives', () => {
	const files = {
		front: { ...item.binary.data, fileName: 'front.png', id: 'filesystem:1' },
		back: { ...item.binary.data, fileName: 'back.png', id: 'filesystem:2' },
	};

	const read = async (binary: FileReference) => {
		const fake = fakeExecution({ items: [{ json: {}, binary: files }], files: [PNG] });
		const outcome = await readItemFile(fake.context, { item: 0, file: binary, limits: LIMITS });
		return { outcome, filesRead: fake.filesRead };
	};

	it.each([
		['with its bytes', { ...files.back }, 'filesystem:2'],
		['without its bytes', { mimeType: 'image/png', id: 'filesystem:1' }, 'filesystem:1'],
	])('is found in the item, %s', async (_, binary, id) => {
		const { outcome, filesRead } = await read({ binary });
		expect(outcome.contentType).toBe('image/png');
		expect(filesRead[0]).toBe(`size of ${id}`);
	});

	it('of another item is rejected in words', async () => {
		const error = await thrownBy(read({ binary: { mimeType: 'image/png', id: 'filesystem:9' } }));
		expect(error).toBeInstanceOf(ValidationError);
		expect(error.message).toContain('not a file of this item');
		expect(error).toHaveProperty('hint', expect.stringContaining('front, back'));
	});

	it.each([
		[{ mimeType: 'image/png' }, true],
		[{ mimeType: 5 }, false],
		[{ url: 'x' }, false],
		['image/png', false],
		[null, false],
		[[{ mimeType: 'image/png' }], false],
	])('is recognised: %j, %p', (value, wanted) => {
		expect(isBinaryObject(value)).toBe(wanted);
	});
});

describe('a video', () => {
	const read = async (bytes: Buffer, maxMegabytes = 100) => {
		const { context } = fakeExecution({ items: [item], files: [bytes] });
		const limits = { ...EDITED_VIDEO, maxMegabytes };
		return await readItemFile(context, { item: 0, file: { property: 'data' }, limits });
	};

	it.each([
		['\0\0\0\x18ftypmp42', 'video/mp4'],
		['\0\0\0\x14ftypqt  ', 'video/quicktime'],
	])('is what its first bytes say: %j', async (start, contentType) => {
		expect(await read(Buffer.from(start, 'latin1'))).toMatchObject({ contentType });
	});

	it('is no image, and not too large', async () => {
		expect((await thrownBy(read(PNG))).message).toContain('It is a PNG image, not a video');
		expect((await thrownBy(read(Buffer.from('hello')))).message).toContain('no MP4 or MOV');
		const webm = Buffer.from('1a45dfa3', 'hex');
		expect((await thrownBy(read(webm))).message).toContain('(accepted: MP4 or MOV)');
		const page = await thrownBy(read(Buffer.from('<!doctype html><title>Drive</title>')));
		expect(page.message).toContain('It is a web page, not a video');
		expect(page).toHaveProperty('hint', expect.stringContaining('Share pages'));
		const large = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42'), Buffer.alloc(1024 * 1024)]);
		expect((await thrownBy(read(large, 1))).message).toContain('1.1 MB (maximum 1 MB)');
	});
});
