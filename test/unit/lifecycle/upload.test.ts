import { pictureOf, uploadPicture } from '../../../nodes/HappyHorse/lifecycle/upload';
import { Refusal } from '../../../nodes/HappyHorse/refusal';
import { ApiFailure } from '../../../nodes/HappyHorse/transport/apiFailure';
import type { FakeResponse } from '../support/fakeExecution';
import { fakeExecution, thrownBy } from '../support/fakeExecution';
import { scriptedApi } from '../support/scriptedApi';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

const item = { json: {}, binary: { data: { data: '', mimeType: 'image/png' } } };

const picture = async (bytes: Buffer, property = 'data') =>
	await pictureOf(fakeExecution({ items: [item], files: [bytes] }).context, { item: 0, property });

describe('the picture', () => {
	it('is what its bytes say, whatever its name or type', async () => {
		const jpeg = Buffer.from('ffd8ffe0', 'hex');
		expect(await picture(jpeg)).toMatchObject({ bytes: jpeg, contentType: 'image/jpeg' });
	});

	it('is told apart by its bytes', async () => {
		const { identity } = await picture(PNG);
		expect(identity).toMatch(/^[0-9a-f]{64}$/);
		expect((await picture(Buffer.concat([PNG, PNG]))).identity).not.toBe(identity);
	});

	it.each<[string, Buffer, string]>([
		['BMP', Buffer.from('BM1234'), 'BMP'],
		['GIF', Buffer.from('GIF89a'), 'no JPEG, PNG or WebP'],
		['HTML', Buffer.from('<html>'), 'no JPEG, PNG or WebP'],
		['an empty file', Buffer.alloc(0), 'no JPEG, PNG or WebP'],
		['more than 10 MB', Buffer.concat([PNG, Buffer.alloc(10 * 1024 * 1024)]), '10.0 MB'],
	])('is refused as %s', async (_, bytes, text) => {
		const error = await thrownBy(picture(bytes));
		expect(error).toBeInstanceOf(Refusal);
		expect(error.message).toContain(text);
	});

	it('may have 10 MB', async () => {
		const bytes = Buffer.concat([PNG, Buffer.alloc(10 * 1024 * 1024 - PNG.length)]);
		expect((await picture(bytes)).bytes).toHaveLength(10 * 1024 * 1024);
	});

	it.each(['photo', ''])('is missed by the name of its field: %p', async (property) => {
		const error = await thrownBy(picture(PNG, property));
		expect(error).toBeInstanceOf(Refusal);
		expect(error.message).toContain(`'${property}'`);
	});
});

const slot = {
	upload_url: 'https://upload.example.com/put?x-goog-signature=aa',
	headers: { 'Content-Type': 'image/png', 'x-goog-content-length-range': '0,1073741824' },
	asset_url: 'https://assets.example.com/1.png?token=bb',
};

async function upload(answer: unknown, put: FakeResponse | Error = { statusCode: 200, body: '' }) {
	const { context, requests } = fakeExecution({
		answer: () => {
			if (put instanceof Error) throw put;
			return put;
		},
	});
	const { api, sent } = scriptedApi(() => answer);
	const outcome = await uploadPicture(context, api, { bytes: PNG, contentType: 'image/png' }).catch(
		(error: unknown) => error,
	);
	return { outcome, sent, requests };
}

it('asks for a place, puts the bytes there without the key, and gives the address of the picture', async () => {
	const { outcome, sent, requests } = await upload({ files: [slot] });
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
});

it.each([
	[{}],
	[{ files: [] }],
	[{ files: {} }],
	[{ files: [{ upload_url: 'x' }] }],
	[{ files: [{ upload_url: 5, asset_url: 'x' }] }],
	[null],
	['x'],
])('sends no bytes anywhere after the answer %p', async (answer) => {
	const { outcome, requests } = await upload(answer);
	expect(outcome).toBeInstanceOf(ApiFailure);
	expect(outcome).toMatchObject({ mayHaveCreated: false });
	expect(requests).toEqual([]);
});

it.each([302, 400, 403, 413, 500, 503])(
	'says that nothing was paid when the place answers %i',
	async (statusCode) => {
		const { outcome } = await upload({ files: [slot] }, { statusCode, body: '<Error/>' });
		expect(outcome).toMatchObject({
			message: `The picture could not be uploaded (${statusCode})`,
			advice: expect.stringContaining('Nothing was created or charged') as string,
			passing: statusCode >= 500,
		});
	},
);

it('says that nothing was paid when the connection breaks', async () => {
	const { outcome } = await upload({ files: [slot] }, new Error(`reset ${slot.upload_url}`));
	expect(outcome).toBeInstanceOf(ApiFailure);
	expect((outcome as ApiFailure).advice).toContain('Nothing was created or charged');
	expect((outcome as ApiFailure).message).not.toContain('signature=aa');
});
