/**
 * Facts about Instagram, as of November 2026:
 * - A Reel is a container (`POST /<user>/media` with `media_type` REELS and a `video_url` that Instagram fetches), which is
 *   published when its `status_code` is FINISHED; the status is to be read once a minute; captions have at most 2,200
 *   characters; at most 100 posts of an account by API in 24 hours:
 *   https://developers.facebook.com/docs/instagram-platform/content-publishing
 * - `status_code` is EXPIRED, ERROR, FINISHED, IN_PROGRESS or PUBLISHED, and `status` says more:
 *   https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-container
 * - Reels are MP4 or MOV with `moov` in front, 3 seconds to 15 minutes, 23 to 60 frames a second, 9:16 recommended, 300 MB:
 *   https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media
 */
import type { ExecutionView } from '../../../sandbox/n8n/execution';
import { servedVideo } from '../support/assertions/watching';
import { DOCUMENT } from '../support/publishing/entries';
import { useExample } from '../support/publishing/useExample';
import { googleLogin } from '../support/outside/googleLogin';
import { googleSheets } from '../support/outside/googleSheets';
import { INSTAGRAM, instagram } from '../support/outside/instagram';

const HEAD = ['ID', 'Image', 'Prompt', 'Caption', 'Status', 'Task ID', 'Reel', 'Note'];
const SOON = { 'Wait a minute': { amount: 0.5, unit: 'seconds' } };

const sheets = googleSheets();
const account = instagram();
const USE = {
	file: 'instagram-reel.json',
	services: [googleLogin, sheets, account],
	google: ['googleSheetsOAuth2Api'],
	accounts: { facebookGraphApi: { accessToken: INSTAGRAM.token } },
};
const example = useExample(USE);
const { testServer } = example;

const photo = (name: string) => `${testServer.sandbox.url}/images/600x600.png?${name}`;
const row = (ID: string, prompt: string, Caption = prompt) => [
	...[ID, photo(ID), `${prompt} with character1`, Caption, 'ready', '', '', ''],
];
const table = () => sheets.rows(DOCUMENT, 'Products');
const byId = (id: string) => table().find(({ ID }) => ID === id)!;
const states = () => Object.fromEntries(table().map(({ ID, Status }) => [ID, Status]));
const fill = (...rows: unknown[][]) => sheets.write(DOCUMENT, 'Products', [HEAD, ...rows]);
const setBack = (...ids: string[]) =>
	fill(
		...table().map((each) =>
			HEAD.map((name) =>
				name === 'Status' && ids.includes(String(each.ID)) ? 'ready' : each[name],
			),
		),
	);
const captions = () => account.published.map(({ container: { fields } }) => fields.caption);

beforeEach(() => {
	account.containers.length = 0;
	account.published.length = 0;
	account.readsNeeded = () => 2;
	account.reject = account.spoil = account.loseResponse = account.tooLate = undefined;
});

it('products become Reels, each paid for once; what failed is written into its row', async () => {
	const { control } = testServer.sandbox;
	fill(
		row('p-1', 'bag', 'The bag & <you>'),
		...[row('p-2', 'dragon'), row('p-3', 'spoilt'), row('p-4', 'limit'), row('p-5', 'lost')],
		row('p-6', 'sixth'),
	);
	account.spoil = /^spoilt/;
	account.reject = /^limit/;
	account.loseResponse = /^lost/;
	await control.rules({
		on: 'create',
		where: { prompt: 'dragon with character1' },
		do: { outcome: 'FAILED', failure: { error: 'too wild' } },
	});
	const id = await example.save(example.ready(SOON));
	await example.runByHand(id);
	const { tasks, posts } = await control.state();
	const post = posts.find(({ prompt }) => prompt === 'bag with character1')!;
	expect(post.endpoint).toBe('reference-to-video/happy-horse-1');
	expect(post.body).toMatchObject({
		...{ prompt: 'bag with character1', image_urls: [{ url: photo('p-1') }] },
		...{ aspect_ratio: '9:16', resolution: '1080P', duration: 8 },
	});
	expect(states()).toEqual({
		...{ 'p-1': 'posted', 'p-2': 'failed', 'p-3': 'not posted', 'p-4': 'not posted' },
		...{ 'p-5': 'not posted', 'p-6': 'ready' },
	});
	const task = (prompt: string) =>
		tasks.find((each) => each.prompt === `${prompt} with character1`)!;
	const [bag] = account.containers;
	expect(bag).toMatchObject({
		fields: {
			media_type: 'REELS',
			video_url: expect.stringMatching(/\/rest\/binary-data\/signed\?token=/) as string,
			caption: 'The bag & <you>',
			share_to_feed: true,
		},
		...{ state: 'PUBLISHED', reads: 2 },
	});
	expect(Object.keys(bag!.fields)).toHaveLength(4);
	expect(bag!.video!.type).toBe('video/mp4');
	expect(bag!.video!.content.equals(await servedVideo(control, task('bag')))).toBe(true);
	expect(captions().toSorted()).toEqual(['The bag & <you>', 'lost']);
	expect(byId('p-1')).toMatchObject({ 'Task ID': task('bag').taskId, Note: '' });
	expect(byId('p-1').Reel).toMatch(/^https:\/\/www\.instagram\.com\/reel\/Horse\d\/$/);
	expect(byId('p-2').Note).toContain('too wild');
	expect(byId('p-3')).toMatchObject({ 'Task ID': task('spoilt').taskId });
	expect(byId('p-3').Note).toContain('error code 2207026');
	expect(byId('p-4').Note).toContain('You reached the maximum number of posts.');
	expect(byId('p-5').Note).toContain('An unknown error has occurred.');
	// The access token is part of each URL: no message may carry it into the sheet.
	expect(JSON.stringify(table())).not.toContain(INSTAGRAM.token);

	// Again: the sixth row alone. Set back, the others are posted, and not paid for again.
	account.spoil = account.reject = undefined;
	await example.runByHand(id);
	expect(captions()).toHaveLength(3);
	expect((await control.state()).acceptedPosts).toBe(6);
	setBack('p-3', 'p-4');
	await example.runByHand(id);
	expect(states()).toMatchObject({ 'p-3': 'posted', 'p-4': 'posted', 'p-6': 'posted' });
	expect(byId('p-3')).toMatchObject({ 'Task ID': task('spoilt').taskId, Note: '' });
	expect((await control.state()).acceptedPosts).toBe(6);
});

it('a container that stays in progress is looked at ten times', async () => {
	account.readsNeeded = () => 99;
	fill(row('slow', 'slow'));
	await example.runByHand(await example.save(example.ready(SOON)));
	expect(account.containers).toMatchObject([{ reads: 10, state: 'IN_PROGRESS' }]);
	expect(byId('slow')).toMatchObject({ Status: 'not posted' });
	expect(byId('slow').Note).toMatch(/did not confirm the post: IN_PROGRESS$/);
	expect(account.published).toEqual([]);
});

it('rows that need different times keep their own captions and videos', async () => {
	const { control } = testServer.sandbox;
	account.readsNeeded = (caption) => ['', 'two', 'three', 'one'].indexOf(caption);
	fill(row('t-1', 'one'), row('t-2', 'two'), row('t-3', 'three'));
	await example.runByHand(await example.save(example.ready(SOON)));
	expect(states()).toEqual({ 't-1': 'posted', 't-2': 'posted', 't-3': 'posted' });
	const reads = account.containers.map((each) => [each.fields.caption, each.reads]);
	expect(Object.fromEntries(reads)).toEqual({ one: 3, two: 1, three: 2 });
	const { tasks } = await control.state();
	for (const [index, { container }] of account.published.entries()) {
		const caption = String(container.fields.caption);
		const task = tasks.find(({ prompt }) => prompt === `${caption} with character1`)!;
		expect(container.video!.content.equals(await servedVideo(control, task))).toBe(true);
		const own = table().find(({ Caption }) => Caption === caption)!;
		expect(own).toMatchObject({
			'Task ID': task.taskId,
			Reel: `https://www.instagram.com/reel/Horse${index + 1}/`,
		});
	}
	expect(account.published).toHaveLength(3);
	expect((await control.state()).acceptedPosts).toBe(3);
});

it('a link that has expired before Instagram fetched the video ends in a row that says so', async () => {
	const { control } = testServer.sandbox;
	account.tooLate = /^expired$/;
	fill(row('x-1', 'expired'));
	const id = await example.save(example.ready(SOON));
	await example.runByHand(id);
	expect(account.containers).toMatchObject([{ state: 'ERROR' }]);
	expect(account.containers[0]!.video!.type).not.toContain('video');
	expect(byId('x-1')).toMatchObject({ Status: 'not posted' });
	expect(byId('x-1').Note).toContain('error code 2207026');
	expect(account.published).toEqual([]);

	// Set back, it gets a new link.
	account.tooLate = undefined;
	setBack('x-1');
	await example.runByHand(id);
	expect(byId('x-1')).toMatchObject({ Status: 'posted', Note: '' });
	const [old, fresh] = account.containers.map(({ fields }) => fields.video_url);
	expect(fresh).not.toBe(old);
	expect((await control.state()).acceptedPosts).toBe(1);
});

const runsWithoutLinks: ExecutionView[] = [];

describe('where n8n keeps files in memory', () => {
	const withoutLinks = useExample({ ...USE, env: { N8N_DEFAULT_BINARY_DATA_MODE: 'default' } });

	it('the row says why there is no link, and nothing reaches Instagram', async () => {
		const { control } = withoutLinks.testServer.sandbox;
		const image = `${withoutLinks.testServer.sandbox.url}/images/600x600.png`;
		fill(['l-1', image, 'no link for character1', '', 'ready', '', '', '']);
		const id = await withoutLinks.save(withoutLinks.ready(SOON));
		await withoutLinks.runByHand(id);
		runsWithoutLinks.push(...withoutLinks.runs);
		const [task] = (await control.state()).tasks;
		expect(byId('l-1')).toMatchObject({ Status: 'not posted', 'Task ID': task!.taskId });
		expect(byId('l-1').Note).toContain('N8N_DEFAULT_BINARY_DATA_MODE');
		expect(account.containers).toEqual([]);
		expect((await control.state()).acceptedPosts).toBe(1);
	});
});

it('every expression has found what it reads', () => {
	expect(example.unread(runsWithoutLinks)).toEqual([]);
});
