import { boxes } from '../../sandbox/api/faststart';
import { openRunContext, type Scene } from './scene';

let scene: Scene;
beforeAll(async () => {
	scene = await openRunContext();
});
afterAll(async () => await scene.close());
beforeEach(async () => await scene.control.reset());

const resultOf = async (fields: Record<string, unknown> = {}) => {
	const { generated } = await scene.get(await scene.task(fields));
	return String(generated[0]);
};
const bytesOf = async (url: string, headers: Record<string, string> = {}) =>
	Buffer.from(await (await fetch(url, { headers })).arrayBuffer());

test('is an MP4 of the asked length that can start to play at once', async () => {
	const film = await bytesOf(await resultOf({ duration: 4 }));
	expect(boxes(film).map(({ type }) => type)).toEqual(['ftyp', 'moov', 'mdat']);
	const mvhd = film.indexOf('mvhd') + 4;
	expect(film.readUInt32BE(mvhd + 16) / film.readUInt32BE(mvhd + 12)).toBe(4);
	expect(film.readUInt32BE(film.indexOf('stco') + 12)).toBe(film.indexOf('mdat') + 4);
});

test('has the shape of the image and the size of the resolution class', async () => {
	await scene.control.settings({ videoQuality: 'true' });
	const image_url = scene.image('600x400.jpg');
	const film = await bytesOf(await resultOf({ image_url, duration: 3, resolution: '720P' }));
	const avc1 = film.indexOf('avc1') + 4;
	expect([film.readUInt16BE(avc1 + 24), film.readUInt16BE(avc1 + 26)]).toEqual([1080, 720]);
});

test('always has the same bytes for the same order', async () => {
	const first = await bytesOf(await resultOf());
	const other = await openRunContext();
	const { generated } = await other.get(await other.task());
	expect((await bytesOf(String(generated[0]))).equals(first)).toBe(true);
	await other.close();
	const different = await bytesOf(await resultOf({ image_url: scene.image('400x300.png?n=1') }));
	expect(different.equals(first)).toBe(false);
});

test('answers HEAD and ranges', async () => {
	const url = await resultOf();
	const film = await bytesOf(url);
	const head = await scene.call('HEAD', url, { headers: {} });
	expect(head.headers.get('content-length')).toBe(String(film.length));
	expect(head.headers.get('content-type')).toBe('video/mp4');
	const etag = String(head.headers.get('etag'));
	for (const [range, part] of [
		['bytes=0-7', film.subarray(0, 8)],
		['bytes=100-', film.subarray(100)],
		['bytes=-5', film.subarray(-5)],
	] as const) {
		const response = await fetch(url, { headers: { range, 'if-range': etag } });
		expect(response.status).toBe(206);
		expect(Buffer.from(await response.arrayBuffer()).equals(part)).toBe(true);
	}
	const changed = await fetch(url, { headers: { range: 'bytes=0-7', 'if-range': '"old"' } });
	expect([changed.status, (await changed.arrayBuffer()).byteLength]).toEqual([200, film.length]);
	const beyond = await fetch(url, { headers: { range: `bytes=${film.length}-` } });
	expect([beyond.status, beyond.headers.get('content-range')]).toEqual([
		416,
		`bytes */${film.length}`,
	]);
});

test('a changed or expired link answers 403; reading the task renews it', async () => {
	await scene.control.settings({ resultSeconds: 0 });
	const taskId = await scene.task();
	const [expired] = (await scene.get(taskId)).generated;
	expect((await fetch(String(expired))).status).toBe(403);
	await scene.control.settings({ resultSeconds: 60 });
	const [fresh] = (await scene.get(taskId)).generated;
	expect((await fetch(String(fresh))).status).toBe(200);
	const later = String(fresh).replace(/exp=\d+/, 'exp=9999999999');
	expect((await fetch(later)).status).toBe(403);
	expect((await fetch(String(fresh).split('?')[0] ?? '')).status).toBe(403);
});

test('a download that carries the API key is noticed', async () => {
	const url = await resultOf();
	await bytesOf(url);
	await bytesOf(url, scene.withKey);
	const { requests } = await scene.control.state();
	const downloads = requests.filter(({ path }) => path.startsWith('/results/'));
	expect(downloads.map(({ hadKey }) => hadKey)).toEqual([false, true]);
});
