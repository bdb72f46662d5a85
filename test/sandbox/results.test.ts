import { boxes } from '../../sandbox/api/faststart';
import { openFixture, type Fixture } from './fixture';

let fixture: Fixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture.close());
beforeEach(async () => await fixture.control.reset());

const resultOf = async (fields: Record<string, unknown> = {}) => {
	const { generated } = await fixture.get(await fixture.task(fields));
	return String(generated[0]);
};
const bytesOf = async (url: string, headers: Record<string, string> = {}) =>
	Buffer.from(await (await fetch(url, { headers })).arrayBuffer());

test('is an MP4 of the requested length that can start to play at once', async () => {
	const video = await bytesOf(await resultOf({ duration: 4 }));
	expect(boxes(video).map(({ type }) => type)).toEqual(['ftyp', 'moov', 'mdat']);
	const mvhd = video.indexOf('mvhd') + 4;
	expect(video.readUInt32BE(mvhd + 16) / video.readUInt32BE(mvhd + 12)).toBe(4);
	expect(video.readUInt32BE(video.indexOf('stco') + 12)).toBe(video.indexOf('mdat') + 4);
});

test('has the shape of the image and the size of the resolution class', async () => {
	await fixture.control.settings({ videoQuality: 'true' });
	const image_url = fixture.image('600x400.jpg');
	const video = await bytesOf(await resultOf({ image_url, duration: 3, resolution: '720P' }));
	const avc1 = video.indexOf('avc1') + 4;
	expect([video.readUInt16BE(avc1 + 24), video.readUInt16BE(avc1 + 26)]).toEqual([1080, 720]);
});

test('always has the same bytes for the same request', async () => {
	const first = await bytesOf(await resultOf());
	const other = await openFixture();
	const { generated } = await other.get(await other.task());
	expect((await bytesOf(String(generated[0]))).equals(first)).toBe(true);
	await other.close();
	const different = await bytesOf(await resultOf({ image_url: fixture.image('400x300.png?n=1') }));
	expect(different.equals(first)).toBe(false);
});

test('responds to HEAD and ranges', async () => {
	const url = await resultOf();
	const video = await bytesOf(url);
	const head = await fixture.request('HEAD', url, { headers: {} });
	expect(head.headers.get('content-length')).toBe(String(video.length));
	expect(head.headers.get('content-type')).toBe('video/mp4');
	const etag = String(head.headers.get('etag'));
	for (const [range, part] of [
		['bytes=0-7', video.subarray(0, 8)],
		['bytes=100-', video.subarray(100)],
		['bytes=-5', video.subarray(-5)],
	] as const) {
		const response = await fetch(url, { headers: { range, 'if-range': etag } });
		expect(response.status).toBe(206);
		expect(Buffer.from(await response.arrayBuffer()).equals(part)).toBe(true);
	}
	const changed = await fetch(url, { headers: { range: 'bytes=0-7', 'if-range': '"old"' } });
	expect([changed.status, (await changed.arrayBuffer()).byteLength]).toEqual([200, video.length]);
	const beyond = await fetch(url, { headers: { range: `bytes=${video.length}-` } });
	expect([beyond.status, beyond.headers.get('content-range')]).toEqual([
		416,
		`bytes */${video.length}`,
	]);
});

test('a changed or expired link responds with 403; reading the task renews it', async () => {
	await fixture.control.settings({ resultSeconds: 0 });
	const taskId = await fixture.task();
	const [expired] = (await fixture.get(taskId)).generated;
	expect((await fetch(String(expired))).status).toBe(403);
	await fixture.control.settings({ resultSeconds: 60 });
	const [fresh] = (await fixture.get(taskId)).generated;
	expect((await fetch(String(fresh))).status).toBe(200);
	const later = String(fresh).replace(/exp=\d+/, 'exp=9999999999');
	expect((await fetch(later)).status).toBe(403);
	expect((await fetch(String(fresh).split('?')[0] ?? '')).status).toBe(403);
});

test('a download that carries the API key is noticed', async () => {
	const url = await resultOf();
	await bytesOf(url);
	await bytesOf(url, fixture.withKey);
	const { requests } = await fixture.control.state();
	const downloads = requests.filter(({ path }) => path.startsWith('/results/'));
	expect(downloads.map(({ hadKey }) => hadKey)).toEqual([false, true]);
});
