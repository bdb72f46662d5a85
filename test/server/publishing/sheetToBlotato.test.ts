import { servedVideo } from '../support/assertions/watching';
import { blotato, BLOTATO_KEY, linkTo } from '../support/outside/blotato';
import { googleLogin, signInWithGoogle } from '../support/outside/googleLogin';
import { googleSheets } from '../support/outside/googleSheets';
import { DOCUMENT } from '../support/publishing/entries';
import { usePublishing } from '../support/publishing/usePublishing';

const sheets = googleSheets();
const service = blotato();
const publishing = usePublishing('sheet-to-blotato.json', [googleLogin, sheets, service]);
const { testServer } = publishing;

const HEAD = [
	'ID',
	'Images',
	'Prompt',
	'Caption',
	'Status',
	'Instagram',
	'TikTok',
	'YouTube',
	'Note',
];
const row = (id: string, images = publishing.image(id)) => [
	...[id, images, `Clip ${id} with character1`, `Caption "${id}" <new>`, 'ready', '', '', '', ''],
];
const table = () => sheets.rows(DOCUMENT, 'Posts');
const byId = (id: string) => table().find(({ ID }) => ID === id)!;
const write = (...rows: unknown[][]) => sheets.write(DOCUMENT, 'Posts', [HEAD, ...rows]);
/** What a user does who has corrected these rows. */
const setBack = (...ids: string[]) =>
	write(
		...table().map((each) => {
			const changed = ids.includes(String(each.ID)) ? { ...each, Status: 'ready' } : each;
			return HEAD.map((name) => (changed as Record<string, unknown>)[name]);
		}),
	);
const of =
	(id: string) =>
	({ content }: { content: { text: string } }) =>
		content.text.includes(`"${id}"`);
const paid = async () => (await testServer.sandbox.control.state()).acceptedPerPrompt;
const prompt = (id: string) => `Clip ${id} with character1`;

/** The example with the account IDs of the test. */
function ready() {
	const example = publishing.ready();
	const { parameters } = example.nodes.find(({ name }) => name === 'Networks')!;
	let account = 0;
	parameters.jsonOutput = String(parameters.jsonOutput).replaceAll(
		'"…"',
		() => `"acc_${++account}"`,
	);
	return example;
}

beforeAll(async () => {
	publishing.accounts.googleSheetsOAuth2Api = await signInWithGoogle(
		testServer.n8n,
		'googleSheetsOAuth2Api',
	);
	publishing.accounts.httpHeaderAuth = await publishing.account('httpHeaderAuth', {
		name: 'blotato-api-key',
		value: BLOTATO_KEY,
	});
});

beforeEach(() => {
	Object.assign(service, blotatoAtRest);
	service.media.length = 0;
	service.posts.length = 0;
});

const { rejects, fails, lookupsBefore } = service;
const blotatoAtRest = { rejects, fails, lookupsBefore };

it('posts the video of each row to three networks, and its row says what became of it', async () => {
	const { control, url } = testServer.sandbox;
	write(
		...[row('good'), row('gif', `${url}/images/800x800.gif?gif`), row('dragon'), row('late')],
		...[row('half'), row('sixth')],
	);
	await control.rules({
		on: 'create',
		where: { prompt: prompt('dragon') },
		do: { outcome: 'FAILED', failure: { error: 'too wild' } },
	});
	service.fails = (post) =>
		of('late')(post) && post.target.targetType === 'tiktok' ? 'Too many posts' : undefined;
	service.rejects = (post) => {
		if (!of('half')(post)) return undefined;
		return { instagram: 422, youtube: 503 }[post.target.targetType];
	};
	const id = await publishing.save(ready());
	await publishing.runByHand(id);

	expect(await paid()).toEqual({
		...{ [prompt('good')]: 1, [prompt('dragon')]: 1, [prompt('late')]: 1, [prompt('half')]: 1 },
	});
	const created = await publishing.created();
	expect(created.find(({ body }) => body.prompt === prompt('good'))).toEqual({
		endpoint: 'reference-to-video/happy-horse-1',
		body: {
			...{ prompt: prompt('good'), aspect_ratio: '9:16', resolution: '720P', duration: 5 },
			image_urls: [{ url: publishing.image('good') }],
			webhook_url: expect.any(String) as string,
		},
	});
	const { tasks } = await control.state();
	const good = tasks.find((task) => task.prompt === prompt('good'))!;
	const posts = service.posts.filter(of('good'));
	const media = service.media.find(({ url: stored }) => stored === posts[0]!.content.mediaUrls[0])!;
	expect(media.content.equals(await servedVideo(control, good))).toBe(true);
	expect(service.media).toHaveLength(3);
	const content = { text: 'Caption "good" <new>', mediaUrls: [media.url] };
	expect(posts).toEqual([
		{
			...{ accountId: 'acc_1', content: { ...content, platform: 'instagram' } },
			target: { targetType: 'instagram', mediaType: 'reel' },
			...{ id: expect.any(String) as string, lookups: 2 },
		},
		{
			...{ accountId: 'acc_2', content: { ...content, platform: 'tiktok' } },
			target: {
				...{ targetType: 'tiktok', privacyLevel: 'SELF_ONLY', disabledComments: false },
				...{ disabledDuet: false, disabledStitch: false, isBrandedContent: false },
				...{ isYourBrand: true, isAiGenerated: true },
			},
			...{ id: expect.any(String) as string, lookups: 2 },
		},
		{
			...{ accountId: 'acc_3', content: { ...content, platform: 'youtube' } },
			target: {
				...{ targetType: 'youtube', title: 'Caption "good" new', privacyStatus: 'unlisted' },
				...{ shouldNotifySubscribers: false, isMadeForKids: false, containsSyntheticMedia: true },
			},
			...{ id: expect.any(String) as string, lookups: 2 },
		},
	]);
	const link = (rowId: string, network: string) =>
		linkTo(service.posts.find((post) => of(rowId)(post) && post.target.targetType === network)!);
	expect(byId('good')).toMatchObject({
		...{ Status: 'posted', Note: '', Instagram: link('good', 'instagram') },
		...{ TikTok: link('good', 'tiktok'), YouTube: link('good', 'youtube') },
	});
	expect(byId('gif')).toMatchObject({ Status: 'failed', Instagram: '' });
	expect(byId('gif').Note).toContain('GIF');
	expect(byId('dragon')).toMatchObject({ Status: 'failed', TikTok: '' });
	expect(byId('dragon').Note).toContain('too wild');
	expect(byId('late')).toMatchObject({
		...{ Status: 'check', Instagram: link('late', 'instagram'), TikTok: '' },
		...{ YouTube: link('late', 'youtube'), Note: 'TikTok: Too many posts' },
	});
	expect(byId('half')).toMatchObject({
		...{ Status: 'check', Instagram: '', TikTok: link('half', 'tiktok') },
		YouTube: 'not confirmed',
	});
	expect(byId('half').Note).toMatch(/^Instagram: .*Not today[^]*YouTube: .*Not today/);
	expect(byId('sixth')).toMatchObject({ Status: 'ready', Note: '' });

	// Set back: only what is missing is posted, with the video that is there; what may be posted is left alone.
	Object.assign(service, blotatoAtRest);
	setBack('late', 'half');
	const before = service.posts.length;
	await publishing.runByHand(id);
	expect((await paid())[prompt('late')]).toBe(1);
	expect((await paid())[prompt('half')]).toBe(1);
	const again = service.posts.slice(before);
	expect(again.filter(of('late')).map(({ target }) => target.targetType)).toEqual(['tiktok']);
	expect(again.filter(of('half')).map(({ target }) => target.targetType)).toEqual(['instagram']);
	expect(byId('late')).toMatchObject({ Status: 'posted', Note: '' });
	expect(byId('half')).toMatchObject({ Status: 'posted', YouTube: 'not confirmed' });
	expect(byId('sixth')).toMatchObject({ Status: 'posted' });
	await publishing.runByHand(id);
	expect((await control.state()).acceptedPosts).toBe(5);
	expect(service.posts).toHaveLength(before + 5);
});

it('keeps a row whose video URL has expired, and posts the same video later', async () => {
	const { control } = testServer.sandbox;
	write(row('expired'));
	await control.settings({ resultSeconds: 0 });
	const id = await publishing.save(ready());
	await publishing.runByHand(id);
	expect(service.posts).toEqual([]);
	expect(byId('expired')).toMatchObject({ Status: 'ready', Instagram: '' });
	expect(byId('expired').Note).toMatch(/^The video is made, but Blotato did not take it: .*403/);

	await control.settings({ resultSeconds: 3600 });
	await publishing.runByHand(id);
	expect(byId('expired')).toMatchObject({ Status: 'posted', Note: '' });
	expect(service.posts).toHaveLength(3);
	expect((await control.state()).acceptedPosts).toBe(1);
});

it('stops looking up posts after a while, and does not post them again', async () => {
	write(row('slow'));
	service.lookupsBefore = 99;
	const example = ready();
	const { parameters } = example.nodes.find(({ name }) => name === 'Are all through?')!;
	const [condition] = (parameters.conditions as { conditions: Array<{ leftValue: string }> })
		.conditions;
	expect(condition!.leftValue).toContain('$runIndex >= 29');
	condition!.leftValue = condition!.leftValue.replace('29', '1');
	const id = await publishing.save(example);
	await publishing.runByHand(id);
	expect(service.posts.map(({ lookups }) => lookups)).toEqual([2, 2, 2]);
	expect(byId('slow')).toMatchObject({
		Status: 'check',
		// The three networks are posted to at the same time.
		TikTok: expect.stringMatching(/^not confirmed: submission-[123]$/) as string,
	});
	expect(byId('slow').Note).toContain('TikTok: not confirmed in time');
	setBack('slow');
	await publishing.runByHand(id);
	expect(byId('slow')).toMatchObject({ Status: 'ready' });
	expect(service.posts).toHaveLength(3);
	expect((await testServer.sandbox.control.state()).acceptedPosts).toBe(1);
});

it('makes no video of a row that has all its links', async () => {
	write([
		...row('linked').slice(0, 5),
		'https://a.example',
		'https://b.example',
		'not confirmed',
		'',
	]);
	await publishing.runByHand(await publishing.save(ready()));
	expect((await testServer.sandbox.control.state()).posts).toEqual([]);
	expect(byId('linked')).toMatchObject({ Status: 'ready', TikTok: 'https://b.example' });
	expect(service.posts).toEqual([]);
});

it('has found everything that its expressions read', () => {
	expect(publishing.unread()).toEqual([]);
});
