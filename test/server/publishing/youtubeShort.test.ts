/**
 * Facts about YouTube, as of November 2026:
 * - Title at most 100 characters, description at most 5,000 bytes, neither with `<` or `>`; `status` and `snippet`
 *   fields: https://developers.google.com/youtube/v3/docs/videos
 * - Uploads of unaudited API projects stay private, and each takes 1,600 units of the quota of 10,000 a day:
 *   https://developers.google.com/youtube/v3/docs/videos/insert and
 *   https://developers.google.com/youtube/v3/determine_quota_cost
 * - Chunks get 308 until the last one: https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol
 * - A vertical or square video of up to three minutes is a Short: https://support.google.com/youtube/answer/15424877
 */
import { googleLogin } from '../support/outside/googleLogin';
import { googleSheets } from '../support/outside/googleSheets';
import { youTube } from '../support/outside/youTube';
import { DOCUMENT } from '../support/publishing/entries';
import { useExample } from '../support/publishing/useExample';
import { servedVideo } from '../support/assertions/watching';

const HEAD = ['ID', 'Prompt', 'Title', 'Description', 'Status', 'Task ID', 'Short', 'Note'];

const sheets = googleSheets();
const channel = youTube();
const example = useExample({
	file: 'youtube-short.json',
	services: [googleLogin, sheets, channel],
	google: ['googleSheetsOAuth2Api', 'youTubeOAuth2Api'],
});
const { testServer } = example;

const row = (ID: string, Prompt: string, Title = '', Description = '') => [
	...[ID, Prompt, Title, Description, 'ready', '', '', ''],
];
const table = () => sheets.rows(DOCUMENT, 'Shorts');
const byId = (id: string) => table().find(({ ID }) => ID === id)!;
const states = () => Object.fromEntries(table().map(({ ID, Status }) => [ID, Status]));
const fill = (...rows: unknown[][]) => sheets.write(DOCUMENT, 'Shorts', [HEAD, ...rows]);
const setBack = (...ids: string[]) =>
	fill(
		...table().map((each) =>
			HEAD.map((name) =>
				name === 'Status' && ids.includes(String(each.ID)) ? 'ready' : each[name],
			),
		),
	);
const paidPrompts = async () => (await testServer.sandbox.control.state()).acceptedPerPrompt;

beforeEach(() => {
	channel.videos.length = 0;
	channel.reject = undefined;
	channel.loseResponse = undefined;
});

it('rows become Shorts, each paid for once; what failed is written into its row', async () => {
	const { control } = testServer.sandbox;
	fill(
		row('a-1', 'sunrise over <the> bay', '', 'Every morning & evening'),
		...[row('a-2', 'dragon'), row('a-3', 'no quota', 'Not today')],
		...[row('a-4', 'lost', 'Lost response'), row('', 'no id')],
	);
	channel.reject = /^Not today$/;
	channel.loseResponse = /^Lost/;
	await control.rules({
		on: 'create',
		where: { prompt: 'dragon' },
		do: { outcome: 'FAILED', failure: { error: 'too wild' } },
	});
	const id = await example.save(example.ready());
	await example.runByHand(id);
	const once = { 'sunrise over <the> bay': 1, dragon: 1, 'no quota': 1, lost: 1 };
	expect(await paidPrompts()).toEqual(once);
	expect(states()).toEqual({
		...{ 'a-1': 'done', 'a-2': 'failed', 'a-3': 'not uploaded', 'a-4': 'not uploaded' },
		'': 'failed',
	});

	const { tasks, posts } = await control.state();
	expect(posts[0]).toMatchObject({ body: { aspect_ratio: '9:16', duration: 8 } });
	const task = (prompt: string) => tasks.find((each) => each.prompt === prompt)!;
	const [short, lost, ...more] = channel.videos;
	expect(more).toEqual([]);
	expect(short).toEqual({
		id: 'short000001',
		query: {
			uploadType: 'resumable',
			part: 'snippet,status,recordingDetails',
			notifySubscribers: 'true',
		},
		snippet: {
			title: 'sunrise over the bay',
			categoryId: '22',
			description: 'Every morning & evening',
		},
		status: { privacyStatus: 'private', selfDeclaredMadeForKids: false },
		type: 'video/mp4',
		content: await servedVideo(control, task('sunrise over <the> bay')),
	});
	expect(lost!.content.equals(await servedVideo(control, task('lost')))).toBe(true);
	expect(byId('a-1')).toMatchObject({
		'Task ID': task('sunrise over <the> bay').taskId,
		Short: 'https://www.youtube.com/shorts/short000001',
		Note: '',
	});
	expect(byId('a-2').Note).toContain('too wild');
	expect(byId('a-3')).toMatchObject({ 'Task ID': task('no quota').taskId, Short: '' });
	expect(byId('a-3').Note).toMatch(/^The video is made, but YouTube did not confirm it: \S/);
	expect(byId('').Note).toContain('Idempotency Key');

	// Again: nothing is left to do. Set back, a row is uploaded, and not paid for again.
	await example.runByHand(id);
	expect(channel.videos).toHaveLength(2);
	channel.reject = undefined;
	setBack('a-3');
	await example.runByHand(id);
	expect(byId('a-3')).toMatchObject({ Status: 'done', 'Task ID': task('no quota').taskId });
	expect(channel.videos).toHaveLength(3);
	expect(channel.videos[2]!.content.equals(await servedVideo(control, task('no quota')))).toBe(
		true,
	);
	expect(await paidPrompts()).toEqual(once);
});

it('titles and descriptions are made to fit, and six rows are enough for a run', async () => {
	const many = Array.from({ length: 7 }, (_, index) => row(`m-${index}`, `many ${index}`));
	many[0]![2] = 'T'.repeat(120);
	fill(...many);
	await example.runByHand(await example.save(example.ready()));
	expect(channel.videos.map(({ snippet }) => snippet.title)).toEqual([
		'T'.repeat(100),
		...many.slice(1, 6).map(([, prompt]) => prompt),
	]);
	expect(byId('m-6').Status).toBe('ready');
	expect((await testServer.sandbox.control.state()).acceptedPosts).toBe(6);
});

it('a late video is taken up by the next run, and a run above the cap creates nothing', async () => {
	const { control } = testServer.sandbox;
	const { options, ...rest } = example.ready().nodes.find(({ name }) => name === 'Happy Horse')!
		.parameters as { options: Record<string, unknown> };
	const capped = { ...rest, options: { ...options, maxTotalDuration: 10 } };
	fill(row('c-1', 'one'), row('c-2', 'two'));
	await example.runByHand(await example.save(example.ready({ 'Happy Horse': capped })));
	expect((await control.state()).posts).toEqual([]);
	expect(states()).toEqual({ 'c-1': 'ready', 'c-2': 'ready' });
	expect(byId('c-1').Note).toMatch(/16 seconds in total/);

	fill(row('late', 'late'));
	await control.rules({ on: 'create', where: { prompt: 'late' }, do: { hold: true } });
	const hasty = { waitUsing: 'polling', maxWait: 0.1 };
	const id = await example.save(example.ready({ 'Happy Horse': hasty }));
	await example.runByHand(id);
	const [late] = (await control.state()).tasks;
	expect(byId('late')).toMatchObject({ Status: 'ready', 'Task ID': late!.taskId });
	expect(byId('late').Note).not.toBe('');
	await control.advance(late!.taskId, 'COMPLETED');
	await example.runByHand(id);
	expect(byId('late')).toMatchObject({ Status: 'done', 'Task ID': late!.taskId });
	expect(channel.videos).toHaveLength(1);
	expect(await paidPrompts()).toEqual({ late: 1 });
});

it('every expression has found what it reads', () => {
	expect(example.unread()).toEqual([]);
});
