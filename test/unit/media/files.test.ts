import { Files } from '../../../nodes/HappyHorse/media/files';
import type { ImageLimits } from '../../../nodes/HappyHorse/media/limits';
import { EDITED_VIDEO } from '../../../nodes/HappyHorse/resources/videoEdit';
import { FakeClock } from '../support/fakeClock';
import type { FakeResponse } from '../support/fakeExecution';
import { fakeExecution, thrownBy } from '../support/fakeExecution';
import { FakeVendor, json } from '../support/fakeVendor';
import { png } from '../support/images';
import { scriptedApi } from '../support/scriptedApi';
import { brand, data, file, movie, track } from './video/handmade';

const LIMITS: ImageLimits = {
	kind: 'image',
	types: ['jpeg', 'png'],
	minSide: 300,
	maxMegabytes: 10,
};

const IMAGE = { title: "'Image URL'", source: 'Image Source', limits: LIMITS };

const VIDEO = { title: "'Video URL'", source: 'Video Source', limits: EDITED_VIDEO };

const slot = (asset_url: string) => ({
	files: [{ upload_url: 'https://upload.example.com/put', headers: {}, asset_url }],
});

/** Items with one file each; `ids` says where n8n keeps it. */
function setup(bytes: Buffer[], ids: Array<string | undefined> = []) {
	const vendor = new FakeVendor();
	const fake = fakeExecution({
		items: bytes.map((_, item) => ({
			json: {},
			binary: {
				data: { data: '', mimeType: 'image/png', ...(ids[item] ? { id: ids[item] } : {}) },
			},
		})),
		files: bytes,
		respond: (request) => vendor.respond(request),
	});
	let uploads = 0;
	const { api } = scriptedApi(() => slot(`https://assets.example.com/${uploads++}.png`));
	const files = new Files({ context: fake.context, api, clock: new FakeClock() });
	const open = async (item: number, check = true) =>
		await files.open({ property: 'data' }, { item, ...IMAGE, check });
	return { ...fake, vendor, files, open };
}

it('uploads the same bytes once, at the first use', async () => {
	const { open, requests } = setup([png(), png(), png(500, 500)]);
	const opened = [await open(0), await open(1), await open(2)];
	expect(requests).toEqual([]);
	expect(new Set(opened.map(({ identity }) => identity)).size).toBe(2);
	const urls = [await opened[0]!.url(), await opened[1]!.url(), await opened[2]!.url()];
	expect(new Set(urls).size).toBe(2);
	expect(urls[0]).toBe(urls[1]);
	expect(requests.filter(({ method }) => method === 'PUT')).toHaveLength(2);
});

it('reads a file that n8n keeps elsewhere once, however many items have it', async () => {
	const { open, filesRead } = setup([png(), png(), png()], ['a', 'a', 'b']);
	for (const item of [0, 1, 2]) await open(item);
	expect(filesRead.filter((read) => read.startsWith('bytes'))).toEqual([
		'bytes of item 0',
		'bytes of item 2',
	]);
});

it('reads a file that n8n keeps elsewhere again when it could not be read', async () => {
	const { open, bendable } = setup([png(), png()], ['a', 'a']);
	const read = bendable.helpers.getBinaryDataBuffer;
	bendable.helpers.getBinaryDataBuffer = async () => await Promise.reject(new Error('EIO'));
	expect((await thrownBy(open(0))).message).toContain('EIO');
	bendable.helpers.getBinaryDataBuffer = read;
	expect(await open(1)).toMatchObject({ isUpload: true });
});

it('tries again for the next item when an upload has failed', async () => {
	const { open, vendor } = setup([png(), png()]);
	vendor.intervene = ({ method }) => (method === 'PUT' ? json(400, {}) : undefined);
	const [first, second] = [await open(0), await open(1)];
	expect((await thrownBy(first.url())).message).toContain('could not be uploaded');
	vendor.intervene = () => undefined;
	expect(await second.url()).toMatch(/^https:\/\/assets/);
});

it('rejects what the API would reject, if it is to', async () => {
	const { open } = setup([png(200, 200)]);
	expect((await thrownBy(open(0))).message).toBe(
		"The file in input field 'data' cannot be used. The image is too small: 200x200 pixels (minimum 300 pixels per side)",
	);
	const facts = { width: 200, height: 200 };
	expect(await open(0, false)).toMatchObject({ isUpload: true, facts });
});

it('counts files of items among those that could not be checked, the same one once', async () => {
	const cut = png().subarray(0, 16);
	const { files, open } = setup([cut, cut, png(), cut]);
	for (const item of [0, 1, 2]) await open(item);
	expect(await files.unclear()).toEqual({
		reasons: ['the beginning of the file shows no image'],
		total: 2,
	});
	const unchecked = setup([cut]);
	await unchecked.open(0, false);
	expect(await unchecked.files.unclear()).toEqual({ reasons: [], total: 0 });
});

it('tells of a video of the item that could not be checked', async () => {
	// Where its boxes end makes no sense.
	const odd = [...file(brand()), 0, 0, 0, 3, ...Buffer.from('oddsoddsodds')];
	const { files } = setup([Buffer.from(odd)]);
	await files.open({ property: 'data' }, { item: 0, ...VIDEO, check: true });
	expect(await files.unclear()).toEqual({
		reasons: ['the header of the video was not found'],
		total: 1,
	});
});

it('names the title of a URL', async () => {
	const { files, vendor } = setup([png()]);
	vendor.intervene = () => ({ statusCode: 206, body: png(200, 200) });
	const use = { ...IMAGE, item: 0, title: "Image 2 of 'Image URLs'", check: true };
	const url = 'https://images.example.com/a.png';
	const error = await thrownBy(files.open({ url }, use));
	expect(error.message).toMatch(/^Image 2 of 'Image URLs' cannot be used\. The image is too small/);
	expect(await files.unclear()).toEqual({ reasons: [], total: 1 });
});

const SURE =
	"If you are sure that it is fine, switch off 'Check Files' in the options. Nothing was created or charged.";

const PAGE = { statusCode: 200, body: '<!doctype html><title>Drive</title>' };

it.each<[FakeResponse, typeof IMAGE | typeof VIDEO, message: string, hint: RegExp]>([
	[
		PAGE,
		IMAGE,
		"'Image URL' cannot be used. It is a web page, not an image",
		/^Share pages of Google Drive, Dropbox or OneDrive are web pages: .* set 'Image Source' to 'Binary File'\. /,
	],
	[
		PAGE,
		VIDEO,
		"'Video URL' cannot be used. It is a web page, not a video",
		/ set 'Video Source' to 'Binary File'\. /,
	],
	[
		{ statusCode: 404, body: '' },
		IMAGE,
		"'Image URL' cannot be used. Nothing is found at the URL (404)",
		/^Check that the link is complete/,
	],
	[
		{ statusCode: 200, body: '' },
		VIDEO,
		"'Video URL' cannot be used. The file at the URL is empty",
		/^Upload the file again/,
	],
	[
		{ statusCode: 200, body: 'GIF89a' },
		IMAGE,
		"'Image URL' cannot be used. It is a GIF (accepted: JPEG or PNG)",
		/^Use another file, or change it first, such as with the Edit Image node\. /,
	],
	[
		{ statusCode: 200, body: 'GIF89a......' },
		VIDEO,
		"'Video URL' cannot be used. It is a GIF, not a video",
		/^Use another file, or change it first\. /,
	],
])('says what to do about %j', async (response, use, message, hint) => {
	const { files, vendor } = setup([png()]);
	vendor.intervene = () => response;
	const opening = files.open(
		{ url: 'https://files.example.com/a' },
		{ ...use, item: 0, check: true },
	);
	const error = await thrownBy(opening);
	expect(error.message).toBe(message);
	expect(error).toHaveProperty('hint', expect.stringMatching(hint));
	expect(error).toHaveProperty('hint', expect.stringContaining(SURE));
});

it('has only one source video in memory at a time', async () => {
	const clips = [1, 2, 3, 4].map((count) =>
		Buffer.from(file(brand(), movie(track()), data(count * 10))),
	);
	const { files, bendable } = setup(clips);
	let reading = 0;
	let most = 0;
	bendable.helpers.getBinaryDataBuffer = async (item: number) => {
		most = Math.max(most, ++reading);
		await new Promise((resolve) => setImmediate(resolve));
		reading--;
		return clips[item]!;
	};
	const use = { ...VIDEO, check: true };
	const open = async (item: number) => await files.open({ property: 'data' }, { ...use, item });
	const opened = await Promise.all([0, 1, 2, 3].map(open));
	const urls = await Promise.all(opened.map(async (each) => await each.url()));
	expect(new Set(urls).size).toBe(4);
	expect(most).toBe(1);
});

it('continues with the next source video when one cannot be used', async () => {
	const { files } = setup([Buffer.from('no video'), Buffer.from(file(brand(), movie(track())))]);
	const use = { ...VIDEO, check: true };
	const open = async (item: number) => await files.open({ property: 'data' }, { ...use, item });
	const [first, second] = await Promise.allSettled([open(0), open(1)]);
	expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled']);
});
