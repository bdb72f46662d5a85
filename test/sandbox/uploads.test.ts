import { invalidParams, openFixture, type Fixture, type Reply, type UploadSlot } from './fixture';

let fixture: Fixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture.close());
beforeEach(async () => await fixture.control.reset());

const slotsOf = ({ json }: Reply) => (json as { files: UploadSlot[] }).files;
const requestUrls = async (types: string[]) =>
	await fixture.post('/v1/ai/uploads/request-url', {
		files: types.map((content_type) => ({ content_type })),
	});
const slot = async (): Promise<UploadSlot> => {
	const [first] = slotsOf(await requestUrls(['image/png']));
	if (first === undefined) throw new Error('No slot');
	return first;
};
const imageBytes = async () => await (await fetch(fixture.image())).arrayBuffer();

test('an image travels: request, PUT, use', async () => {
	const { upload_url, headers, asset_url, file_id } = await slot();
	expect((await fixture.request('GET', asset_url, { headers: {} })).status).toBe(404);
	const body = await imageBytes();
	expect((await fixture.request('PUT', upload_url, { headers, body })).status).toBe(200);
	expect((await fixture.create({ image_url: asset_url })).status).toBe(200);
	const list = slotsOf(await fixture.request('GET', '/v1/ai/uploads'));
	expect(list).toMatchObject([{ file_id, content_type: 'image/png', size_bytes: body.byteLength }]);
});

const WHOLE = ['400x300.jpg', '400x300.png', '400x300.webp'];

test.each(WHOLE)('half of %s is rejected', async (name) => {
	const { upload_url, headers, asset_url } = await slot();
	const whole = Buffer.from(await (await fetch(fixture.image(name))).arrayBuffer());
	const body = whole.subarray(0, whole.length / 2);
	await fixture.request('PUT', upload_url, { headers, body });
	const reply = await fixture.create({ image_url: asset_url });
	expect(invalidParams(reply)).toEqual({ image_url: expect.stringMatching(/not a readable/) });
});

test('the list is empty at first', async () => {
	expect((await fixture.request('GET', '/v1/ai/uploads')).json).toEqual({ files: [] });
});

test('only known types, and 1 to 14 files', async () => {
	expect((await requestUrls(['image/bmp'])).status).toBe(400);
	expect((await requestUrls([])).status).toBe(400);
	expect((await requestUrls(Array<string>(15).fill('image/png'))).status).toBe(400);
	expect(slotsOf(await requestUrls(Array<string>(14).fill('image/webp')))).toHaveLength(14);
});

test('a PUT with the key, other headers or a late one is rejected', async () => {
	const { upload_url, headers } = await slot();
	const body = await imageBytes();
	const put = async (sent: Record<string, string>) =>
		(await fixture.request('PUT', upload_url, { headers: sent, body })).status;
	expect(await put({ ...headers, ...fixture.withKey })).toBe(400);
	expect(await put({ 'Content-Type': 'image/png' })).toBe(403);
	expect(await put({ ...headers, 'Content-Type': 'image/jpeg' })).toBe(403);
	await fixture.control.settings({ uploadSeconds: 0 });
	const late = await slot();
	expect((await fixture.request('PUT', late.upload_url, { headers, body })).status).toBe(403);
});

test('an asset URL expires', async () => {
	await fixture.control.settings({ assetSeconds: 0 });
	const { upload_url, headers, asset_url } = await slot();
	await fixture.request('PUT', upload_url, { headers, body: await imageBytes() });
	expect((await fixture.request('GET', asset_url, { headers: {} })).status).toBe(403);
});
