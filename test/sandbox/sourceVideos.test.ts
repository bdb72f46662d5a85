import { boxes } from '../../sandbox/api/faststart';
import { dataOf, invalidParams, openFixture, type Fixture } from './fixture';
import { factsOf, videoFacts } from './videoFacts';

const PATH = '/v1/ai/video-edit/happy-horse-1';

let fixture: Fixture;
let mp4: Buffer;
beforeAll(async () => {
	fixture = await openFixture();
	mp4 = await drawn('320x400.mp4?seconds=4.5');
});
afterAll(async () => await fixture.close());
beforeEach(async () => await fixture.control.reset());

const drawn = async (name: string) => {
	const response = await fetch(`${fixture.sandbox.url}/videos/${name}`);
	expect(response.status).toBe(200);
	return Buffer.from(await response.arrayBuffer());
};

/** The reply to an edit of a video that was uploaded. */
const edit = async (bytes: Buffer, type: string) =>
	await fixture.post(PATH, { prompt: 'snow', video_url: await fixture.upload(bytes, type) });

/** A copy with one text in place of another of the same length. */
const replaced = (file: Buffer, from: string, to: string) => {
	const copy = Buffer.from(file);
	copy.write(to, file.indexOf(from), 'latin1');
	return copy;
};

const box = (type: string, content: Buffer = Buffer.alloc(0)) => {
	const header = Buffer.alloc(8);
	header.writeUInt32BE(8 + content.length, 0);
	header.write(type, 4, 'latin1');
	return Buffer.concat([header, content]);
};

test.each([
	['mp4', 'video/mp4'],
	['mov', 'video/quicktime'],
])('an uploaded %s is taken: request, PUT, use', async (extension, type) => {
	const bytes = await drawn(`320x400.${extension}?seconds=4.5`);
	const reply = await edit(bytes, type);
	const { generated } = dataOf(await fixture.request('GET', `${PATH}/${dataOf(reply).task_id}`));
	const facts = await factsOf(String(generated[0]));
	expect(facts).toMatchObject({ codec: 'AVC', width: 120, height: 150, seconds: 4.5 });
	const { uploads, posts } = await fixture.control.state();
	expect(uploads).toMatchObject([{ contentType: type, sizeBytes: bytes.length }]);
	expect(posts[0]?.fileUrls[0]).toContain('/uploads/asset/');
});

test('the index may be at the end', async () => {
	const name = '320x400.mp4?seconds=4.5&moov=end';
	const bytes = await drawn(name);
	expect(boxes(bytes).map(({ type }) => type)).toEqual(['ftyp', 'mdat', 'moov']);
	expect(bytes.length).toBe(mp4.length);
	const points: Array<[number, number]> = [[0.5, 0.9]];
	const [last, first] = await videoFacts(
		[name, '320x400.mp4?seconds=4.5'].map((path) => ({
			...{ url: `${fixture.sandbox.url}/videos/${path}`, points },
		})),
	);
	expect(last).toEqual(first);
	expect((await edit(bytes, 'video/mp4')).status).toBe(200);
});

test('the edit of a turned video is turned', async () => {
	const turned = Buffer.from(mp4);
	// The matrix of the track: 90 degrees clockwise.
	const matrix = turned.indexOf('tkhd') + 4 + 40;
	[0, 0x10000, 0, -0x10000, 0, 0].forEach((value, index) => {
		turned.writeInt32BE(value, matrix + index * 4);
	});
	const { task_id } = dataOf(await edit(turned, 'video/mp4'));
	const { generated } = dataOf(await fixture.request('GET', `${PATH}/${task_id}`));
	expect(await factsOf(String(generated[0]))).toMatchObject({ width: 150, height: 120 });
});

const webm = Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex');

test.each<[string, (file: Buffer) => Buffer, string, RegExp]>([
	['HEVC', (file) => replaced(file, 'avc1\0', 'hvc1\0'), 'video/mp4', /codec hvc1 is not supp/],
	['half a video', (file) => file.subarray(0, file.length / 2), 'video/mp4', /cut off/],
	['no track', (file) => file.subarray(0, 24), 'video/mp4', /not supported|no video track/],
	[
		'an empty index',
		() => Buffer.concat([box('ftyp', Buffer.from('mp42\0\0\0\0mp42')), box('moov')]),
		'video/mp4',
		/no video track/,
	],
	['WebM', () => webm, 'video/webm', /format WebM is not supported/],
	[
		'a web page',
		() => Buffer.from('<!doctype html><html></html>'),
		'video/mp4',
		/format \w+ is not supp/,
	],
	['nothing', () => Buffer.alloc(0), 'video/mp4', /format unknown is not supported/],
])('400 for %s', async (_name, change, type, reason) => {
	const reply = await edit(change(mp4), type);
	expect(reply.status).toBe(400);
	expect(invalidParams(reply)).toEqual({ video_url: expect.stringMatching(reason) });
	expect((await fixture.control.state()).acceptedPosts).toBe(0);
});

test('drawn videos respond to ranges, and odd ones do not exist', async () => {
	const url = `${fixture.sandbox.url}/videos/320x400.mp4?seconds=4.5`;
	const part = await fetch(url, { headers: { range: 'bytes=4-7' } });
	expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
	for (const name of ['321x320.mp4', '320x320.avi', '9998x320.mp4', '8x8.mp4', 'horse.mp4']) {
		const { status } = await fetch(`${fixture.sandbox.url}/videos/${name}`);
		expect([name, status]).toEqual([name, 404]);
	}
});
