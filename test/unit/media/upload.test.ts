import { imageOf, uploadImage } from '../../../nodes/HappyHorse/media/upload';
import { ValidationError } from '../../../nodes/HappyHorse/validationError';
import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import { FakeClock } from '../support/fakeClock';
import type { FakeResponse, Scene } from '../support/fakeExecution';
import { fakeExecution, thrownBy } from '../support/fakeExecution';
import { jpeg, png } from '../support/images';
import { keyRefused, outage, scriptedApi } from '../support/scriptedApi';

const PNG = png();

const item = { json: {}, binary: { data: { data: '', mimeType: 'image/png' } } };

const stored = { json: {}, binary: { data: { ...item.binary.data, id: 'filesystem:1' } } };

interface Wanted {
	property?: string;
	checkMedia?: boolean;
	scene?: Scene;
}

function image(bytes: Buffer, { property = 'data', checkMedia = true, scene = {} }: Wanted = {}) {
	const fake = fakeExecution({ items: [item], files: [bytes], ...scene });
	return { ...fake, outcome: imageOf(fake.context, { item: 0, property, checkMedia }) };
}

describe('the image', () => {
	it('is what its bytes say, whatever its name or type', async () => {
		const bytes = jpeg(800, 600);
		expect(await image(bytes).outcome).toMatchObject({
			bytes,
			contentType: 'image/jpeg',
			facts: { type: 'jpeg', width: 800, height: 600, bytes: bytes.length },
		});
	});

	it('is told apart by its bytes', async () => {
		const { identity } = await image(PNG).outcome;
		expect(identity).toMatch(/^[0-9a-f]{64}$/);
		expect((await image(Buffer.concat([PNG, PNG])).outcome).identity).not.toBe(identity);
	});

	it.each<[string, Buffer, string]>([
		['BMP', Buffer.from('BM1234'), 'BMP'],
		['GIF', Buffer.from('GIF89a'), 'no JPEG, PNG or WebP'],
		['HTML', Buffer.from('<html>'), 'no JPEG, PNG or WebP'],
		['an empty file', Buffer.alloc(0), 'no JPEG, PNG or WebP'],
		['more than 10 MB', Buffer.concat([PNG, Buffer.alloc(10 * 1024 * 1024)]), '10.1 MB'],
	])('is refused as %s, with and without the check', async (_, bytes, text) => {
		for (const checkMedia of [true, false]) {
			const error = await thrownBy(image(bytes, { checkMedia }).outcome);
			expect(error).toBeInstanceOf(ValidationError);
			expect(error.message).toContain(text);
		}
	});

	it('may have 10 MB', async () => {
		const bytes = Buffer.concat([PNG, Buffer.alloc(10 * 1024 * 1024 - PNG.length)]);
		expect((await image(bytes).outcome).bytes).toHaveLength(10 * 1024 * 1024);
	});

	it.each<[string, Buffer, string[]]>([
		['too small', png(299, 300), ['299x300', '300 pixels']],
		['too long', png(751, 300), ['751x300', '2.5']],
		['too tall', jpeg(300, 751), ['300x751', '2.5']],
	])('is refused when it is %s, with the measured value and the limit', async (_, bytes, texts) => {
		const error = await thrownBy(image(bytes).outcome);
		expect(error).toBeInstanceOf(ValidationError);
		for (const text of ["'data'", ...texts]) expect(error.message).toContain(text);
		const unchecked = await image(bytes, { checkMedia: false }).outcome;
		expect(unchecked.bytes).toBe(bytes);
	});

	it('is not refused when its beginning does not show its size: the API may know better', async () => {
		const cut = PNG.subarray(0, 16);
		expect(await image(cut).outcome).toMatchObject({
			contentType: 'image/png',
			facts: undefined,
		});
	});

	it.each(['photo', ''])('is missed by the name of its field: %p', async (property) => {
		const { outcome, filesRead } = image(PNG, { property });
		const error = await thrownBy(outcome);
		expect(error).toBeInstanceOf(ValidationError);
		expect(error.message).toContain(`'${property}'`);
		expect(filesRead).toEqual([]);
	});

	it('is weighed before it is loaded where n8n keeps it outside of the item', async () => {
		const heavy = image(PNG, { scene: { items: [stored], fileSize: 10 * 1024 * 1024 + 1 } });
		expect((await thrownBy(heavy.outcome)).message).toContain('10.1 MB');
		expect(heavy.filesRead).toEqual(['weight of filesystem:1']);
		const light = image(PNG, { scene: { items: [stored], fileSize: 10 * 1024 * 1024 } });
		await light.outcome;
		expect(light.filesRead).toEqual(['weight of filesystem:1', 'bytes of item 0']);
	});
});

const slot = {
	upload_url: 'https://upload.example.com/put?x-goog-signature=aa',
	headers: { 'Content-Type': 'image/png', 'x-goog-content-length-range': '0,1073741824' },
	asset_url: 'https://assets.example.com/1.png?token=bb',
};

const numbered = (index: number) => ({
	...slot,
	upload_url: `${slot.upload_url}${index}`,
	asset_url: `${slot.asset_url}${index}`,
});

type Put = number | Error;

/** `puts` are the answers of the place, one after the other; the last one for ever. */
async function upload(
	answer: (index: number) => unknown,
	{ puts = [200], clock = new FakeClock() }: { puts?: Put[]; clock?: FakeClock } = {},
) {
	let put = 0;
	const { context, requests } = fakeExecution({
		answer: (): FakeResponse => {
			const outcome = puts[Math.min(put++, puts.length - 1)]!;
			if (outcome instanceof Error) throw outcome;
			return { statusCode: outcome, body: '<Error/>' };
		},
	});
	const { api, sent } = scriptedApi((_, index) => answer(index));
	const image = { bytes: PNG, contentType: 'image/png' };
	const outcome = await uploadImage({ context, api, clock }, image).catch(
		(error: unknown) => error,
	);
	return { outcome, sent, requests, clock };
}

it('asks for a place, puts the bytes there without the key, and gives the address of the image', async () => {
	const { outcome, sent, requests, clock } = await upload(() => ({ files: [slot] }));
	expect(outcome).toBe(slot.asset_url);
	expect(sent).toEqual([
		{
			method: 'POST',
			path: '/v1/ai/uploads/request-url',
			purpose: 'upload',
			body: { files: [{ content_type: 'image/png' }] },
		},
	]);
	expect(requests).toHaveLength(1);
	expect(requests[0]).toMatchObject({
		credential: undefined,
		method: 'PUT',
		url: slot.upload_url,
		headers: slot.headers,
		body: PNG,
		disableFollowRedirect: true,
	});
	expect(Object.keys(requests[0]?.headers ?? {})).toEqual(Object.keys(slot.headers));
	expect(clock.pauses).toEqual([]);
});

it.each([
	[{}],
	[{ files: [] }],
	[{ files: {} }],
	[{ files: [{ upload_url: 'x' }] }],
	[{ files: [{ upload_url: 5, asset_url: 'x' }] }],
	[{ files: [{ ...slot, upload_url: slot.upload_url.replace('https', 'http') }] }],
	[{ files: [{ ...slot, upload_url: 'file:///etc/passwd' }] }],
	[null],
	['x'],
])('sends no bytes anywhere after the answer %p', async (answer) => {
	const { outcome, requests } = await upload(() => answer);
	expect(outcome).toBeInstanceOf(ApiError);
	expect(outcome).toMatchObject({ outcomeUnknown: false });
	expect(requests).toEqual([]);
});

it.each([302, 400, 413, 404])(
	'does not try %i again, and says that nothing was paid',
	async (put) => {
		const { outcome, requests } = await upload(() => ({ files: [slot] }), { puts: [put, 200] });
		expect(outcome).toMatchObject({
			message: `The image could not be uploaded (${put})`,
			hint: expect.stringContaining('Nothing was created or charged') as string,
			statusCode: put,
			retryable: false,
			outcomeUnknown: false,
		});
		expect(requests).toHaveLength(1);
	},
);

const broken = new Error(`reset ${slot.upload_url}`);

it.each<[string, Put, boolean]>([
	['403', 403, false],
	['500', 500, true],
	['503', 503, true],
	['a broken connection', broken, true],
])('tries three times after %s, and then says that nothing was paid', async (_, put, retryable) => {
	const { outcome, sent, requests, clock } = await upload(
		(index) => ({ files: [numbered(index)] }),
		{
			puts: [put],
		},
	);
	expect(outcome).toBeInstanceOf(ApiError);
	expect(outcome).toMatchObject({
		message: expect.stringContaining('The image could not be uploaded') as string,
		hint: expect.stringContaining('Nothing was created or charged') as string,
		retryable,
		outcomeUnknown: false,
	});
	expect((outcome as ApiError).message).not.toContain('signature=aa');
	expect([sent.length, requests.length]).toEqual([3, 3]);
	expect(clock.pauses).toEqual([2000, 4000]);
});

it.each<[string, Put]>([
	['403', 403],
	['502', 502],
	['a broken connection', broken],
])('goes on with a fresh place after %s', async (_, put) => {
	const { outcome, requests } = await upload((index) => ({ files: [numbered(index)] }), {
		puts: [put, put, 201],
	});
	expect(outcome).toBe(numbered(2).asset_url);
	expect(requests.map(({ url }) => url)).toEqual(
		[0, 1, 2].map((index) => numbered(index).upload_url),
	);
});

it.each([
	['an outage', outage()],
	['a refused key', keyRefused()],
])('leaves %s of the API to the API given to it', async (_, failure) => {
	const { outcome, sent, requests } = await upload(() => {
		throw failure;
	});
	expect(outcome).toBe(failure);
	expect([sent.length, requests.length]).toEqual([1, 0]);
});

it('stops after a cancel', async () => {
	const clock = new FakeClock();
	clock.cancelled = true;
	const { requests } = await upload(() => ({ files: [slot] }), { puts: [500], clock });
	expect(requests).toHaveLength(1);
	expect(clock.pauses).toEqual([]);
});
