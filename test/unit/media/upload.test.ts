import { uploadFile } from '../../../nodes/HappyHorse/media/upload';
import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import { FakeClock } from '../support/fakeClock';
import type { FakeResponse } from '../support/fakeExecution';
import { fakeExecution } from '../support/fakeExecution';
import { png } from '../support/images';
import { keyRejected, outage, scriptedApi } from '../support/scriptedApi';

const PNG = png();

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

/** `puts` are the responses to the PUTs, one after the other; the last one for ever. */
async function upload(
	respond: (index: number) => unknown,
	{ puts = [200], clock = new FakeClock() }: { puts?: Put[]; clock?: FakeClock } = {},
) {
	let put = 0;
	const { context, requests } = fakeExecution({
		respond: (): FakeResponse => {
			const outcome = puts[Math.min(put++, puts.length - 1)]!;
			if (outcome instanceof Error) throw outcome;
			return { statusCode: outcome, body: '<Error/>' };
		},
	});
	const { api, sent } = scriptedApi((_, index) => respond(index));
	const image = { bytes: PNG, contentType: 'image/png' as const };
	const outcome = await uploadFile({ context, api, clock }, image).catch((error: unknown) => error);
	return { outcome, sent, requests, clock };
}

it('requests a place, puts the bytes there without the key, and gives the URL of the image', async () => {
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
])('sends no bytes anywhere after the response %p', async (response) => {
	const { outcome, requests } = await upload(() => response);
	expect(outcome).toBeInstanceOf(ApiError);
	expect(outcome).toMatchObject({ outcomeUnknown: false });
	expect(requests).toEqual([]);
});

it.each([302, 400, 413, 404])(
	'does not try %i again, and says that nothing was paid',
	async (put) => {
		const { outcome, requests } = await upload(() => ({ files: [slot] }), { puts: [put, 200] });
		expect(outcome).toMatchObject({
			message: `The file could not be uploaded (${put})`,
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
		message: expect.stringContaining('The file could not be uploaded') as string,
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
])('continues with a fresh place after %s', async (_, put) => {
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
	['a rejected key', keyRejected()],
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
