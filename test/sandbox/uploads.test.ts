import { invalidParams, openRunContext, type Reply, type Scene } from './scene';

let scene: Scene;
beforeAll(async () => {
	scene = await openRunContext();
});
afterAll(async () => await scene.close());
beforeEach(async () => await scene.control.reset());

interface Slot {
	file_id: string;
	upload_url: string;
	headers: Record<string, string>;
	asset_url: string;
}

const slotsOf = ({ json }: Reply) => (json as { files: Slot[] }).files;
const ask = async (types: string[]) =>
	await scene.post('/v1/ai/uploads/request-url', {
		files: types.map((content_type) => ({ content_type })),
	});
const slot = async (): Promise<Slot> => {
	const [first] = slotsOf(await ask(['image/png']));
	if (first === undefined) throw new Error('No slot');
	return first;
};
const imageBytes = async () => await (await fetch(scene.image())).arrayBuffer();

test('an image travels: ask, PUT, use', async () => {
	const { upload_url, headers, asset_url, file_id } = await slot();
	expect((await scene.call('GET', asset_url, { headers: {} })).status).toBe(404);
	const body = await imageBytes();
	expect((await scene.call('PUT', upload_url, { headers, body })).status).toBe(200);
	expect((await scene.create({ image_url: asset_url })).status).toBe(200);
	const list = slotsOf(await scene.call('GET', '/v1/ai/uploads'));
	expect(list).toMatchObject([{ file_id, content_type: 'image/png', size_bytes: body.byteLength }]);
});

const WHOLE = ['400x300.jpg', '400x300.png', '400x300.webp'];

test.each(WHOLE)('half of %s is refused', async (name) => {
	const { upload_url, headers, asset_url } = await slot();
	const whole = Buffer.from(await (await fetch(scene.image(name))).arrayBuffer());
	const body = whole.subarray(0, whole.length / 2);
	await scene.call('PUT', upload_url, { headers, body });
	const reply = await scene.create({ image_url: asset_url });
	expect(invalidParams(reply)).toEqual({ image_url: expect.stringMatching(/not a readable/) });
});

test('the list is empty at first', async () => {
	expect((await scene.call('GET', '/v1/ai/uploads')).json).toEqual({ files: [] });
});

test('only known types, and 1 to 14 files', async () => {
	expect((await ask(['image/bmp'])).status).toBe(400);
	expect((await ask([])).status).toBe(400);
	expect((await ask(Array<string>(15).fill('image/png'))).status).toBe(400);
	expect(slotsOf(await ask(Array<string>(14).fill('image/webp')))).toHaveLength(14);
});

test('a PUT with the key, other headers or a late one is refused', async () => {
	const { upload_url, headers } = await slot();
	const body = await imageBytes();
	const put = async (sent: Record<string, string>) =>
		(await scene.call('PUT', upload_url, { headers: sent, body })).status;
	expect(await put({ ...headers, ...scene.withKey })).toBe(400);
	expect(await put({ 'Content-Type': 'image/png' })).toBe(403);
	expect(await put({ ...headers, 'Content-Type': 'image/jpeg' })).toBe(403);
	await scene.control.settings({ uploadSeconds: 0 });
	const late = await slot();
	expect((await scene.call('PUT', late.upload_url, { headers, body })).status).toBe(403);
});

test('an asset URL expires', async () => {
	await scene.control.settings({ assetSeconds: 0 });
	const { upload_url, headers, asset_url } = await slot();
	await scene.call('PUT', upload_url, { headers, body: await imageBytes() });
	expect((await scene.call('GET', asset_url, { headers: {} })).status).toBe(403);
});
