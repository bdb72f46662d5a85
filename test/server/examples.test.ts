import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeTypeDescription } from 'n8n-workflow';

import type { ExecutionView } from '../../sandbox/n8n/execution';
import { isWhole, itemsOf } from '../../sandbox/n8n/execution';
import { CHECKOUT } from '../../sandbox/n8n/nodePackage';
import { n8nFacts } from '../n8nFacts';
import type { ScriptedModel } from './support/agent/scriptedModel';
import { scriptedModel } from './support/agent/scriptedModel';
import { servedVideo, until } from './support/assertions/watching';
import type { Entries, Example } from './support/examples/example';
import {
	EXAMPLE_FILES,
	filledIn,
	notesOf,
	readExample,
	textOf,
	workingNodes,
} from './support/examples/example';
import { brokenReferences, codeIn, syntaxErrors } from './support/examples/expressions';
import { untidiness } from './support/examples/layout';
import { createsVideos, pathsToPayTwice } from './support/examples/money';
import { issuesOf, unknownParts } from './support/examples/parameters';
import { unreadReferences } from './support/examples/reading';
import { storedExecutions } from './support/executions/executionTable';
import { gmail } from './support/outside/gmail';
import { googleDrive } from './support/outside/googleDrive';
import { googleLogin, signInWithGoogle } from './support/outside/googleLogin';
import { googleSheets } from './support/outside/googleSheets';
import type { OutsideServices } from './support/outside/services';
import { openOutsideServices } from './support/outside/services';
import { FEED, shop } from './support/outside/shop';
import { BOT_TOKEN, telegram } from './support/outside/telegram';
import { BLOG, wordpress } from './support/outside/wordpress';
import { PUBLISHING_ENTRIES } from './support/publishing/entries';
import { useOwnServer } from './support/testServer/useTestServer';
import type { CredentialReference } from './support/workflows/workflow';

const LOGIN = { user: 'marketing', password: 'Form-Login-2026' };
const MAIL = 'marketing@happy-horse.example';
const DOCUMENT = '1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcdEFGH';
const USER = 4711;

const sheets = googleSheets();
const drive = googleDrive();
const mailbox = gmail();
const bot = telegram();
const blog = wordpress();
const store = shop();

let outside: OutsideServices;
let model: ScriptedModel;
let accounts: Record<string, CredentialReference>;
let types: INodeTypeDescription[];

const inDocument = { documentId: { __rl: true, mode: 'id', value: DOCUMENT } };

/** What the notes of each example tell the user to enter. */
const ENTRIES: Record<string, Entries> = {
	'sheet-to-drive.json': {
		'Rows to do': inDocument,
		'Mark as created': inDocument,
		'Finish the row': inDocument,
		'Keep it for later': inDocument,
		'Write what happened': inDocument,
	},
	'recover-timed-out.json': {
		'Rows to try again': inDocument,
		'Finish the row': inDocument,
		'Write what happened': inDocument,
	},
	'telegram-photo.json': { 'New message': { additionalFields: { userIds: String(USER) } } },
	'form-batch-create.json': { 'Happy Horse': { webhookUrl: 'https://n8n.example.com/webhook/x' } },
	'form-batch-publish.json': { 'Send me an e-mail': { sendTo: MAIL } },
	'product-feed-report.json': {
		'Get the product feed': { url: FEED },
		'Send the report': { sendTo: MAIL },
	},
	'two-workflows-create.json': {
		'Happy Horse': { webhookUrl: 'https://n8n.example.com/webhook/x' },
	},
	'content-calendar-text.json': {
		'Planned rows': inDocument,
		'Finish the row': inDocument,
		'Try again next time': inDocument,
		'Write what happened': inDocument,
	},
	'seasonal-edit.json': {
		'Send me the link': { sendTo: MAIL },
		'Tell me why not': { sendTo: MAIL },
	},
	'one-row-three-shapes.json': { 'Rows to do': inDocument, 'Update the row': inDocument },
	...PUBLISHING_ENTRIES,
};

/** The examples of this test; the others have a test of their own. */
const OWN = [
	'sheet-to-drive.json',
	'recover-timed-out.json',
	'telegram-photo.json',
	'wordpress-media.json',
	'form-batch-create.json',
	'form-batch-publish.json',
	'product-feed-report.json',
	'product-reference-video.json',
	'content-calendar-text.json',
	'seasonal-edit.json',
	'one-row-three-shapes.json',
	'ai-agent-tool.json',
];

/** Every execution of an example, for the expressions in it. */
const runsOf = new Map<string, ExecutionView[]>(OWN.map((file) => [file, []]));

beforeAll(async () => {
	outside = await openOutsideServices([googleLogin, sheets, drive, mailbox, bot, blog, store]);
	model = await scriptedModel();
});

const testServer = useOwnServer({
	// What n8n holds in its memory it sends to Google Drive in another way.
	n8n: async () => ({ env: { ...outside.env, ...n8nFacts.filesOutside } }),
});

beforeAll(async () => {
	const { n8n } = testServer;
	const account = async (type: string, data: Record<string, unknown>) => {
		const name = `Test ${type}`;
		return { id: await n8n.client.createCredential(type, { name, data }), name };
	};
	accounts = {
		happyHorseApi: testServer.credential,
		googleSheetsOAuth2Api: await signInWithGoogle(n8n, 'googleSheetsOAuth2Api'),
		googleDriveOAuth2Api: await signInWithGoogle(n8n, 'googleDriveOAuth2Api'),
		gmailOAuth2: await signInWithGoogle(n8n, 'gmailOAuth2'),
		telegramApi: await account('telegramApi', {
			accessToken: BOT_TOKEN,
			baseUrl: 'https://api.telegram.org',
		}),
		wordpressApi: await account('wordpressApi', BLOG),
		openAiApi: await account('openAiApi', { apiKey: 'sk-scripted', url: model.url }),
		httpBasicAuth: await account('httpBasicAuth', LOGIN),
	};
	types = (await n8n.client.nodeTypes()) as unknown as INodeTypeDescription[];
});

afterAll(async () => {
	await model?.close();
	await outside?.close();
});

/** The example with the accounts and entries of the test, and changes for a case. */
function ready(file: string, changes: Entries = {}): Example {
	return filledIn(file, { entries: { ...ENTRIES[file], ...changes }, accounts });
}

/** Runs an example by hand to its end. */
async function runByHand(file: string, id: string): Promise<ExecutionView> {
	const { client } = testServer.n8n;
	const run = await client.waitForExecution(await client.runManually(id), { timeoutMs: 120_000 });
	runsOf.get(file)!.push(run);
	expect(run.error).toBeUndefined();
	expect(run.status).toBe('success');
	return run;
}

const save = async (workflow: Example) =>
	await testServer.n8n.client.importWorkflow(workflow, { activate: false });

const image = (name: string, size = '400x300') =>
	`${testServer.sandbox.url}/images/${size}.png?${name}`;

const isOver = (run: ExecutionView) =>
	['success', 'error', 'crashed', 'canceled'].includes(run.status) && isWhole(run);

/** An MP4 starts with a box of the type `ftyp`. */
const isMp4 = (content: Buffer) => content.subarray(4, 8).toString('latin1') === 'ftyp';

/** Images that were paid for, by name, with the number of create requests. */
async function paid(): Promise<Record<string, number>> {
	const { acceptedPerImage } = await testServer.sandbox.control.state();
	return Object.fromEntries(
		Object.entries(acceptedPerImage).map(([url, times]) => [url.split('?')[1] ?? url, times]),
	);
}

const fails = (prompt: string) => ({
	on: 'create' as const,
	where: { prompt },
	do: { outcome: 'FAILED' as const, failure: { error: 'too wild' } },
});

describe.each(EXAMPLE_FILES)('%s', (file) => {
	const example = readExample(file);

	it('holds no personal data, and starts as n8n exports it', () => {
		const { settings, pinData, nodes } = example;
		expect(settings).toEqual({ executionOrder: 'v1' });
		expect(pinData).toEqual({});
		const ids = nodes.flatMap(({ id, webhookId }) => [id, ...(webhookId ? [webhookId] : [])]);
		expect(new Set(ids).size).toBe(ids.length);
		for (const { credentials = {} } of nodes) {
			for (const { id } of Object.values(credentials)) expect(id).toBeNull();
		}
		const urls = textOf(file).match(/https?:\/\/[^\s"'\\…]+/g) ?? [];
		const isOurs = /^https:\/\/raw\.githubusercontent\.com\/n8n-nodes-happy-horse\//;
		// Services that all users share; a shop of one's own is an expression.
		const isService =
			/^https:\/\/(backend\.blotato\.com\/|api\.upload-post\.com\/|www\.youtube\.com\/shorts|t\.me|graph\.facebook\.com\/|\{\{$)/;
		expect(urls.filter((url) => !isOurs.test(url) && !isService.test(url))).toEqual([]);
	});

	it('explains itself beside the nodes', () => {
		const notes = notesOf(example);
		expect(notes.length).toBeGreaterThanOrEqual(3);
		expect(untidiness(example)).toEqual([]);
		const text = notes.join('\n');
		for (const name of Object.keys(ENTRIES[file] ?? {})) expect(text).toContain(`**${name}**`);
		if (!OWN.includes(file) && !(file in PUBLISHING_ENTRIES)) return;
		for (const title of [
			'## What it does',
			'## Before you start',
			'## What you pay',
			'## When something fails',
		]) {
			expect(text).toContain(title);
		}
	});

	it('is imported as it is', async () => {
		const { client } = testServer.n8n;
		const saved = await client.workflow(await client.importWorkflow(example, { activate: false }));
		expect(saved).toMatchObject({ nodes: example.nodes, connections: example.connections });
	});

	it('has only node types, versions and parameters that n8n knows', () => {
		expect(unknownParts(example, types)).toEqual([]);
		for (const node of workingNodes(example)) {
			const type = types.find(({ name }) => name === node.type);
			if (type?.webhooks?.length && type.group.includes('trigger'))
				expect(node.webhookId).toBeDefined();
		}
	});

	it('lacks nothing but what its notes tell users to enter', () => {
		const missing = Object.keys(issuesOf(example, types));
		expect(missing.filter((name) => !(name in (ENTRIES[file] ?? {})))).toEqual([]);
		expect(issuesOf(ready(file), types)).toEqual({});
	});

	it('has expressions that can be read, about nodes that come before', () => {
		const codes = workingNodes(example).flatMap(({ parameters }) => codeIn(parameters));
		expect(codes.flatMap(syntaxErrors)).toEqual([]);
		expect(brokenReferences(example)).toEqual([]);
	});

	it('cannot pay twice for the same image', () => {
		expect(pathsToPayTwice(example)).toEqual([]);
	});
});

describe('the checks of the examples notice', () => {
	const changed = (change: (example: Example) => void): Example => {
		const example = readExample('sheet-to-drive.json');
		change(example);
		return example;
	};
	const node = ({ nodes }: Example, name: string) => nodes.find((each) => each.name === name)!;
	const main = (name: string) => ({ node: name, type: 'main' as const, index: 0 });
	const link = (from: string, to: string) =>
		changed(({ connections }) => {
			((connections[from] ??= { main: [[]] }).main![0] ??= []).push(main(to));
		});

	it('a circle, a shortcut, a second create, a repetition and a request past the node', () => {
		const second = changed(({ nodes, connections }) => {
			nodes.push({ ...node(readExample('sheet-to-drive.json'), 'Happy Horse'), name: 'Again' });
			connections['Finish the row'] = { main: [[main('Again')]] };
		});
		const repeated = changed((example) => {
			node(example, 'Mark as created').retryOnFail = true;
		});
		const past = changed((example) => {
			const parameters = { url: 'https://api.magnific.com/v1/ai/image-to-video/happy-horse-1' };
			Object.assign(node(example, 'Finish the row'), {
				type: 'n8n-nodes-base.httpRequest',
				parameters,
			});
		});
		expect(pathsToPayTwice(link('Finish the row', 'Mark as created'))).toContain(
			'"Happy Horse" is in a circle',
		);
		expect(pathsToPayTwice(link('Rows to do', 'Happy Horse'))).toContain(
			'2 paths lead from "Run by hand" to "Happy Horse"',
		);
		expect(pathsToPayTwice(second)).toContain('"Again" comes after "Happy Horse"');
		expect(pathsToPayTwice(repeated)).toEqual(['"Mark as created" is repeated when it fails']);
		expect(pathsToPayTwice(past)).toEqual([
			'"Finish the row" sends requests to the provider by itself',
		]);
	});

	it('a wrong type, version, name or value of a parameter', () => {
		const unknown = (change: (example: Example) => void) => unknownParts(changed(change), types);
		const drive = 'Save to Drive';
		expect(
			unknown((example) => Object.assign(node(example, drive), { type: 'n8n-nodes-base.x' })),
		).toHaveLength(1);
		expect(
			unknown((example) => Object.assign(node(example, drive), { typeVersion: 99 })),
		).toHaveLength(1);
		expect(
			unknown((example) => Object.assign(node(example, drive).parameters, { folder: 'root' })),
		).toHaveLength(1);
		expect(
			unknown((example) => Object.assign(node(example, 'Happy Horse').parameters, { taskId: 'x' })),
		).toHaveLength(1);
		expect(
			unknown((example) =>
				Object.assign(node(example, 'Happy Horse').parameters, { resolution: '4K' }),
			),
		).toEqual(['Happy Horse: resolution cannot be 4K']);
	});

	it('an expression that is broken, or reads what is not there', () => {
		expect(syntaxErrors('$json.a +')).not.toEqual([]);
		expect(syntaxErrors("$('A').item.json['b c']?.d ?? { e: 1 }")).toEqual([]);
		const wrong = changed((example) => {
			node(example, 'Rows to do').parameters.options = {
				x: "={{ $('Happy Horse').item.json.task_id }}",
			};
		});
		expect(brokenReferences(wrong)).toEqual([
			'"Rows to do" reads "Happy Horse", which does not come before it',
		]);
	});

	it('nodes that lie on each other', () => {
		const near = changed((example) => {
			node(example, 'Save to Drive').position = [1000, 120];
		});
		expect(untidiness(near)).toContain('"Is the video here?" lies on "Save to Drive"');
		expect(untidiness(link('Finish the row', 'Is it saved?'))).toContain(
			'the arrow from "Finish the row" to "Is it saved?" does not go to the right',
		);
	});

	it('an arrow to the left, unless it leads back to a Wait node', () => {
		const back = link('Finish the row', 'Rows to do');
		expect(untidiness(back)).toEqual([
			'the arrow from "Finish the row" to "Rows to do" does not go to the right',
		]);
		const waiting = link('Finish the row', 'Rows to do');
		node(waiting, 'Rows to do').type = 'n8n-nodes-base.wait';
		expect(untidiness(waiting)).toEqual([]);
	});
});

describe('sheet rows to Google Drive, and what was not ready in time', () => {
	const HEAD = ['Image', 'Prompt', 'Title', 'Status', 'Task ID', 'Video', 'Note'];
	const row = (name: string, status = 'ready', size?: string) => [
		...[image(name, size), name, `Title of ${name}`, status, '', '', ''],
	];
	const states = () =>
		Object.fromEntries(sheets.rows(DOCUMENT, 'Videos').map((each) => [each.Prompt, each.Status]));
	const byPrompt = (prompt: string) =>
		sheets.rows(DOCUMENT, 'Videos').find((each) => each.Prompt === prompt)!;

	it('makes each row once, writes down what failed, and fetches the rest later, free of charge', async () => {
		const { control } = testServer.sandbox;
		sheets.write(DOCUMENT, 'Videos', [
			HEAD,
			...[row('horses'), row('bottle'), row('small', 'ready', '200x200'), row('old', 'done')],
			...[row('dragon'), row('not-taken'), row('no-file')],
		]);
		drive.files.length = 0;
		drive.reject = /not-taken/;
		await control.rules(fails('dragon'), {
			on: 'result',
			where: { prompt: 'no-file' },
			do: { response: { status: 404, body: { message: 'gone' } } },
		});
		const id = await save(ready('sheet-to-drive.json'));
		await runByHand('sheet-to-drive.json', id);

		const once = { horses: 1, bottle: 1, dragon: 1, 'not-taken': 1, 'no-file': 1 };
		expect(await paid()).toEqual(once);
		expect(states()).toEqual({
			...{ horses: 'done', bottle: 'done', small: 'failed', old: 'done' },
			...{ dragon: 'failed', 'not-taken': 'try again', 'no-file': 'try again' },
		});
		const { tasks } = await control.state();
		const task = (prompt: string) => tasks.find((each) => each.prompt === prompt)!;
		for (const name of ['horses', 'bottle']) {
			const file = drive.files.find((each) => each.name === `Title of ${name}.mp4`)!;
			expect(isMp4(file.content)).toBe(true);
			expect(file.content.equals(await servedVideo(control, task(name)))).toBe(true);
			expect(file.mimeType).toBe('video/mp4');
			expect(byPrompt(name)).toMatchObject({ 'Task ID': task(name).taskId, Note: '' });
			expect(byPrompt(name).Video).toBe(`https://drive.google.com/file/d/${file.id}/view`);
		}
		expect(byPrompt('small').Note).toMatch(/300 pixels/);
		expect(byPrompt('dragon')).toMatchObject({ 'Task ID': task('dragon').taskId });
		expect(byPrompt('dragon').Note).toContain('too wild');
		expect(byPrompt('not-taken').Note).toContain('Forbidden');
		expect(byPrompt('no-file')['Task ID']).toBe(task('no-file').taskId);

		// A second run finds no row to create; a third one stops waiting too early.
		await runByHand('sheet-to-drive.json', id);
		expect(await paid()).toEqual(once);
		await control.clearRules();
		drive.reject = undefined;
		await control.rules({ on: 'create', where: { prompt: 'slow' }, do: { hold: true } });
		const before = sheets.rows(DOCUMENT, 'Videos').map((each) => HEAD.map((name) => each[name]));
		sheets.write(DOCUMENT, 'Videos', [HEAD, ...before, row('slow')]);
		const hasty = ready('sheet-to-drive.json');
		const { parameters } = hasty.nodes.find(({ name }) => name === 'Happy Horse')!;
		Object.assign(parameters, { waitUsing: 'polling', maxWait: 0.1 });
		await runByHand('sheet-to-drive.json', await save(hasty));
		expect(await paid()).toEqual({ ...once, slow: 1 });
		const slow = (await control.state()).tasks.find(({ prompt }) => prompt === 'slow')!;
		expect(byPrompt('slow')).toMatchObject({ Status: 'try again', 'Task ID': slow.taskId });

		// It is ready at last: the other workflow fetches it and the two whose file was not saved.
		await control.advance(slow.taskId, 'FAILED');
		const recover = await save(ready('recover-timed-out.json'));
		await runByHand('recover-timed-out.json', recover);
		expect(states()).toMatchObject({ 'not-taken': 'done', 'no-file': 'done', slow: 'failed' });
		expect(await paid()).toEqual({ ...once, slow: 1 });
		for (const name of ['not-taken', 'no-file']) {
			const file = drive.files.find((each) => each.name === `Title of ${name}.mp4`)!;
			expect(file.content.equals(await servedVideo(control, task(name)))).toBe(true);
		}
		await runByHand('recover-timed-out.json', recover);
		expect((await control.state()).acceptedPosts).toBe(6);
	});
});

describe('a Telegram photo', () => {
	const photo = readFileSync(join(CHECKOUT, 'examples', 'images', 'horses-at-dusk.jpg'));
	let number = 0;
	const message = (fields: Record<string, unknown>, from = USER) => ({
		update_id: 1000 + number++,
		message: { message_id: number, from: { id: from }, chat: { id: 99 }, ...fields },
	});
	const withPhoto = (caption: string) => ({
		caption,
		photo: ['small', 'large'].map((file_id) => ({ file_id, width: 800, height: 600 })),
	});

	it('comes back as a video, once, and only to those who may create videos', async () => {
		const { control } = testServer.sandbox;
		await control.rules(fails('dragon'));
		bot.upload('large', photo);
		const { client } = testServer.n8n;
		const id = await client.importWorkflow(ready('telegram-photo.json'));
		await until('the bot has a webhook', async () => bot.webhook.url !== '');
		await client.waitForWebhook(new URL(bot.webhook.url).pathname.replace('/webhook/', ''));
		const ended = async (times: number) =>
			await until(
				`${times} runs of the bot`,
				async () => {
					const runs = storedExecutions(testServer.n8n, id);
					return runs.filter(isOver).length === times && runs;
				},
				120_000,
			);

		const update = message(withPhoto('The horses walk along the hill'));
		expect(await bot.receive(update)).toBe(200);
		await ended(1);
		const { tasks, acceptedPosts } = await control.state();
		expect(acceptedPosts).toBe(1);
		expect(tasks).toMatchObject([{ prompt: 'The horses walk along the hill' }]);
		const [thanks, response] = bot.sent;
		expect(thanks).toMatchObject({
			chatId: '99',
			text: expect.stringContaining('in a few minutes') as string,
		});
		expect(response).toMatchObject({ chatId: '99', video: { type: 'video/mp4' } });
		expect(response!.video!.content.equals(await servedVideo(control, tasks[0]!))).toBe(true);
		expect(isMp4(response!.video!.content)).toBe(true);

		// Sent again, by another person, without a photo, and with one that cannot be made.
		await bot.receive(update);
		await ended(2);
		await bot.receive(message(withPhoto('For free'), 666));
		await bot.receive(message({ text: 'Hello' }));
		await ended(3);
		await bot.receive(message(withPhoto('dragon')));
		runsOf.get('telegram-photo.json')!.push(...(await ended(4)));
		expect((await control.state()).tasks.map(({ prompt }) => prompt).toSorted()).toEqual(
			['The horses walk along the hill', 'dragon'].toSorted(),
		);
		const [hint, , sorry] = bot.sent.slice(2);
		expect(hint!.text).toContain('Send me a photo');
		expect(sorry!.text).toContain('too wild');
		expect(bot.sent).toHaveLength(5);
		await client.deactivate(id);
	});
});

describe('WordPress posts', () => {
	it('get the video of their image into the media library, each once', async () => {
		const { control } = testServer.sandbox;
		const hill = blog.publish('Evening on the hill', image('hill'));
		blog.publish('Without an image');
		blog.publish('A small image', image('thumbnail', '150x150'));
		const id = await save(ready('wordpress-media.json'));
		const run = await runByHand('wordpress-media.json', id);
		expect(await paid()).toEqual({ hill: 1 });
		const { tasks } = await control.state();
		expect(blog.uploaded).toMatchObject([
			{ post: hill, title: 'Evening on the hill', name: `post-${hill}.mp4`, type: 'video/mp4' },
		]);
		expect(isMp4(blog.uploaded[0]!.content)).toBe(true);
		expect(blog.uploaded[0]!.content.equals(await servedVideo(control, tasks[0]!))).toBe(true);
		expect(itemsOf(run, 'Tell me about it').map(({ json }) => json.message)).toEqual([
			expect.stringMatching(/No video for "A small image": .*300 pixels/s) as string,
		]);

		await runByHand('wordpress-media.json', id);
		expect(await paid()).toEqual({ hill: 1 });
		expect(blog.uploaded).toHaveLength(1);
	});
});

describe('a batch from a form', () => {
	const send = async (webhookId: string, fields: Array<[string, string | File]>, login = LOGIN) => {
		const body = new FormData();
		for (const [name, value] of fields) body.append(name, value);
		const authorization = `Basic ${btoa(`${login.user}:${login.password}`)}`;
		const formUrl = `${testServer.n8n.url}/form/${webhookId}`;
		return await fetch(formUrl, { method: 'POST', body, headers: { authorization } });
	};
	const file = (name: string, type: string) =>
		new File([readFileSync(join(CHECKOUT, 'examples', 'images', name))], name, { type });

	it('becomes one video for each image, in the second workflow', async () => {
		const { n8n, sandbox } = testServer;
		drive.files.length = 0;
		mailbox.sent.length = 0;
		const publishing = await n8n.client.importWorkflow(ready('form-batch-publish.json'));
		await n8n.client.waitForWebhook(`happy-horse-${publishing}`);
		const webhookUrl = `${n8n.url}/webhook/happy-horse-${publishing}`;
		const form = ready('form-batch-create.json');
		Object.assign(form.nodes.find(({ name }) => name === 'Happy Horse')!.parameters, {
			webhookUrl,
		});
		const creating = await n8n.client.importWorkflow(form);
		const { webhookId = '' } = form.nodes.find(({ name }) => name === 'Form: create videos')!;
		const formUrl = `${n8n.url}/form/${webhookId}`;
		await until('the form is there', async () => (await fetch(formUrl)).status !== 404);

		const fields: Array<[string, string | File]> = [
			['field-0', 'Spring'],
			['field-1', 'Slow push-in'],
			['field-2', file('horses-at-dusk.jpg', 'image/jpeg')],
			['field-2', file('perfume-bottle.png', 'image/png')],
			['field-2', file('flower-market.webp', 'image/webp')],
		];
		const rejected = await send(webhookId, fields, { ...LOGIN, password: 'guessed' });
		expect([401, 403]).toContain(rejected.status);
		const unknown = async () => (await sandbox.control.state()).posts.length;
		expect(await unknown()).toBe(0);

		// The second image is rejected later on, by the provider.
		await sandbox.control.rules({ ...fails('Slow push-in'), times: 1 });
		expect((await send(webhookId, fields)).status).toBe(200);
		const runs = await until(
			'three runs of the second workflow',
			async () => {
				const seen = storedExecutions(n8n, publishing).filter(isOver);
				return seen.length >= 3 && seen;
			},
			120_000,
		);
		expect(runs.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
		// The webhooks do not wait for the workflow that has created the tasks.
		const creates = await until('the first workflow has ended', async () => {
			const seen = storedExecutions(n8n, creating);
			return seen.length > 0 && seen.every(isOver) && seen;
		});
		expect(creates.map(({ status }) => status)).toEqual(['success']);
		const { tasks, acceptedPosts } = await sandbox.control.state();
		expect(acceptedPosts).toBe(3);
		expect(new Set(tasks.map(({ imageUrl }) => imageUrl)).size).toBe(3);
		const lost = tasks.find(({ status }) => status === 'FAILED')!;
		expect(drive.files).toHaveLength(2);
		const names = ['horses-at-dusk.jpg', 'perfume-bottle.png', 'flower-market.webp'];
		for (const { name, content } of drive.files) {
			expect(names.map((each) => `Spring - ${each}.mp4`)).toContain(name);
			expect(isMp4(content)).toBe(true);
		}
		expect(mailbox.sent).toHaveLength(1);
		expect(mailbox.sent[0]).toMatchObject({ to: MAIL });
		expect(mailbox.sent[0]!.text).toContain('too wild');
		expect(mailbox.sent[0]!.text).toContain(lost.taskId);
		expect(mailbox.sent[0]!.text).toContain('Campaign: Spring');
		runsOf.get('form-batch-publish.json')!.push(...runs);
		runsOf.get('form-batch-create.json')!.push(...creates);
	});
});

describe('a product feed', () => {
	it('becomes videos, and one report of what was made and what was not', async () => {
		const { control } = testServer.sandbox;
		drive.files.length = 0;
		drive.reject = /^p5/;
		mailbox.sent.length = 0;
		const product = (id: string, title: string, size?: string) => ({
			...{ id, title, image_link: image(id, size) },
		});
		store.products = [
			...[product('p1', 'Saddle'), product('p2', 'Tiny image', '100x100')],
			...[product('p1', 'Saddle'), product('p4', 'Dragon'), product('p5', 'Bridle')],
			...[product('p6', 'Lost file'), product('p7', 'Boots')],
		];
		await control.rules(fails('Dragon'), {
			on: 'result',
			where: { prompt: 'Lost file' },
			do: { response: { status: 404, body: { message: 'gone' } } },
		});
		const id = await save(ready('product-feed-report.json'));
		await runByHand('product-feed-report.json', id);
		expect(await paid()).toEqual({ p1: 1, p4: 1, p5: 1, p6: 1, p7: 1 });
		expect(drive.files.map(({ name }) => name).toSorted()).toEqual(['p1.mp4', 'p7.mp4']);
		for (const { content } of drive.files) expect(isMp4(content)).toBe(true);
		expect(mailbox.sent).toHaveLength(1);
		const [{ to, subject, text }] = mailbox.sent as [{ to: string; subject: string; text: string }];
		expect({ to, subject }).toEqual({ to: MAIL, subject: 'Product videos: 2 made, 4 not' });
		const lines = text.split('\n').toSorted();
		expect(lines).toHaveLength(6);
		for (const [index, line] of [
			/^NO {2}Bridle: .*Forbidden/,
			/^NO {2}Dragon: .*too wild/,
			/^NO {2}Lost file: /,
			/^NO {2}Tiny image: .*300 pixels/,
			/^OK {2}Boots: https:\/\/drive\.google\.com/,
			/^OK {2}Saddle: https:\/\/drive\.google\.com/,
		].entries()) {
			expect(lines[index]).toMatch(line);
		}

		// The next night only what is new counts.
		drive.reject = undefined;
		store.products.push(product('p8', 'Helmet'));
		await runByHand('product-feed-report.json', id);
		expect(await paid()).toEqual({ p1: 1, p4: 1, p5: 1, p6: 1, p7: 1, p8: 1 });
		expect(mailbox.sent.map((each) => each.subject).slice(1)).toEqual([
			'Product videos: 1 made, 0 not',
		]);
	});
});

/** What a Set node of an example holds as JSON. */
const holding = (value: Record<string, unknown>) => ({ jsonOutput: JSON.stringify(value) });

/** Which create requests the sandbox has accepted. */
const accepted = async () => {
	const { posts } = await testServer.sandbox.control.state();
	return posts
		.filter(({ taskId }) => taskId !== null)
		.map(({ endpoint, body }) => ({ endpoint, body: body as Record<string, unknown> }));
};

describe('a product photo and a model photo', () => {
	const FILE = 'product-reference-video.json';
	const product = (id: string, more: Record<string, unknown> = {}) => ({
		...{ id, product: image(`${id}-product`, '800x800'), model: image(`${id}-model`, '720x960') },
		...{ prompt: `character2 shows character1: ${id}`, ...more },
	});

	it('become a 9:16 video, once for each product, and failures say why', async () => {
		const { control } = testServer.sandbox;
		await control.rules({ ...fails('scarf'), times: 1 });
		const products = [
			...[product('bag'), product('scarf')],
			product('belt', { model: `${testServer.sandbox.url}/images/400x300.gif?moving` }),
		];
		const id = await save(ready(FILE, { Products: holding({ products }) }));
		const run = await runByHand(FILE, id);
		const ofBag = ({ body }: { body: Record<string, unknown> }) =>
			body.prompt === products[0]!.prompt;
		expect((await accepted()).find(ofBag)).toEqual({
			endpoint: 'reference-to-video/happy-horse-1',
			body: {
				...{ prompt: products[0]!.prompt, aspect_ratio: '9:16', resolution: '720P', duration: 5 },
				image_urls: [{ url: products[0]!.product }, { url: products[0]!.model }],
				webhook_url: expect.any(String) as string,
			},
		});
		const [made, ...others] = itemsOf(run, 'Your next step');
		expect(others).toEqual([]);
		const { width, height } = made!.json.video as { width: number; height: number };
		expect(width / height).toBeCloseTo(9 / 16, 1);
		expect(made!.binary!.data!.mimeType).toBe('video/mp4');
		expect(made!.json).toMatchObject({ metadata: { product: 'bag' } });
		expect(itemsOf(run, 'Tell me about it').map(({ json }) => json.message)).toEqual([
			expect.stringMatching(/No video for "scarf": .*too wild/s) as string,
			expect.stringMatching(/No video for "belt": .*GIF/s) as string,
		]);

		// Again: the first is there already, and only the one that failed is created again.
		const again = await runByHand(FILE, id);
		expect(itemsOf(again, 'Your next step').map(({ json }) => json.reused)).toEqual([
			true,
			undefined,
		]);
		await runByHand(FILE, id);
		expect((await accepted()).map(({ body }) => body.prompt).toSorted()).toEqual(
			['bag', 'scarf', 'scarf'].map((name) => product(name).prompt),
		);
	});

	it('are not paid for when a run would be longer than allowed', async () => {
		const products = Array.from({ length: 7 }, (_, index) => product(`many-${index}`));
		const id = await save(ready(FILE, { Products: holding({ products }) }));
		const run = await runByHand(FILE, id);
		const messages = itemsOf(run, 'Tell me about it').map(({ json }) => json.message);
		expect(messages).toHaveLength(7);
		expect(messages[0]).toMatch(/35 seconds in total, more than 'Max Total Duration'/);
		expect((await testServer.sandbox.control.state()).posts).toEqual([]);
	});
});

describe('a content calendar', () => {
	const FILE = 'content-calendar-text.json';
	const HEAD = ['ID', 'Date', 'Prompt', 'Status', 'Task ID', 'Video', 'Note'];
	const row = (ID: unknown, prompt: string, date = '2026-01-02', status = 'planned') => [
		...[ID, date, prompt, status, '', '', ''],
	];
	const table = () => sheets.rows(DOCUMENT, 'Calendar');
	const byPrompt = (prompt: string) => table().find((each) => each.Prompt === prompt)!;
	const states = () => Object.fromEntries(table().map((each) => [each.Prompt, each.Status]));
	const change = (prompt: string, changes: Record<string, unknown>) => {
		const rows = table().map((each) => (each.Prompt === prompt ? { ...each, ...changes } : each));
		sheets.write(DOCUMENT, 'Calendar', [HEAD, ...rows.map((each) => HEAD.map((h) => each[h]))]);
	};
	const paidPrompts = async () => (await testServer.sandbox.control.state()).acceptedPerPrompt;

	it('becomes videos when their date has come, each paid for once', async () => {
		const { control } = testServer.sandbox;
		sheets.write(DOCUMENT, 'Calendar', [
			HEAD,
			...[row(7, 'sunrise'), row('c-2', 'dragon'), row('c-3', 'not-taken')],
			...[row('c-4', 'later', '2199-12-24'), row('c-5', 'no date', 'Christmas')],
			...[row('', 'no id'), row('c-7', 'old', '2026-01-01', 'done'), row('c-8', 'removed')],
			row('c-9', 'no-file'),
		]);
		drive.files.length = 0;
		drive.reject = /^c-3/;
		await control.rules(
			fails('dragon'),
			{
				on: 'create',
				where: { prompt: 'removed' },
				do: { outcome: 'COMPLETED_EMPTY' },
			},
			{
				on: 'result',
				where: { prompt: 'no-file' },
				do: { response: { status: 404, body: { message: 'gone' } } },
			},
		);
		const id = await save(ready(FILE));
		await runByHand(FILE, id);
		const once = { sunrise: 1, dragon: 1, 'not-taken': 1, removed: 1, 'no-file': 1 };
		expect(await paidPrompts()).toEqual(once);
		expect(states()).toEqual({
			...{ sunrise: 'done', dragon: 'failed', 'not-taken': 'planned' },
			...{ later: 'planned', 'no date': 'planned', 'no id': 'failed', old: 'done' },
			...{ removed: 'failed', 'no-file': 'planned' },
		});
		const sunrise = (await accepted()).find(({ body }) => body.prompt === 'sunrise');
		expect(sunrise).toEqual({
			endpoint: 'text-to-video/happy-horse-1',
			body: {
				...{ prompt: 'sunrise', aspect_ratio: '9:16', resolution: '720P', duration: 5 },
				webhook_url: expect.any(String) as string,
			},
		});
		const { tasks } = await control.state();
		const task = (prompt: string) => tasks.find((each) => each.prompt === prompt)!;
		const [file] = drive.files;
		expect(file!.name).toBe('7.mp4');
		expect(file!.content.equals(await servedVideo(control, task('sunrise')))).toBe(true);
		expect(byPrompt('sunrise')).toMatchObject({
			Video: `https://drive.google.com/file/d/${file!.id}/view`,
			'Task ID': task('sunrise').taskId,
		});
		expect(byPrompt('dragon')).toMatchObject({ 'Task ID': task('dragon').taskId });
		expect(byPrompt('dragon').Note).toContain('too wild');
		expect(byPrompt('not-taken').Note).toContain('Forbidden');
		expect(byPrompt('no id').Note).toContain('Idempotency Key');
		expect(byPrompt('removed').Note).not.toMatch(/^$|not ready in time/);

		// The next morning: what was not saved is saved without paying, and a new prompt is a new video.
		drive.reject = undefined;
		await control.clearRules();
		change('dragon', { Prompt: 'pony', Status: 'planned' });
		await runByHand(FILE, id);
		expect(await paidPrompts()).toEqual({ ...once, pony: 1 });
		expect(states()).toMatchObject({
			...{ 'not-taken': 'done', 'no-file': 'done', pony: 'done', later: 'planned' },
		});
		expect(byPrompt('not-taken')).toMatchObject({
			'Task ID': task('not-taken').taskId,
			Note: '',
		});
		await runByHand(FILE, id);
		expect(await paidPrompts()).toEqual({ ...once, pony: 1 });
	});

	it('keeps rows that were late or too many as they are', async () => {
		const { control } = testServer.sandbox;
		const many = Array.from({ length: 7 }, (_, index) => row(`m-${index}`, `many ${index}`));
		sheets.write(DOCUMENT, 'Calendar', [HEAD, ...many]);
		const hasty = ready(FILE);
		const { parameters } = hasty.nodes.find(({ name }) => name === 'Happy Horse')!;
		Object.assign(parameters, { waitUsing: 'polling', maxWait: 0.1 });
		const id = await save(hasty);
		await runByHand(FILE, id);
		expect((await control.state()).posts).toEqual([]);
		expect(new Set(table().map(({ Status }) => Status))).toEqual(new Set(['planned']));
		expect(byPrompt('many 6').Note).toMatch(/35 seconds in total/);

		sheets.write(DOCUMENT, 'Calendar', [HEAD, row('late', 'late')]);
		await control.rules({ on: 'create', where: { prompt: 'late' }, do: { hold: true } });
		await runByHand(FILE, id);
		const [late] = (await control.state()).tasks;
		expect(byPrompt('late')).toMatchObject({ Status: 'planned', 'Task ID': late!.taskId });
		expect(byPrompt('late').Note).not.toBe('');
		await control.advance(late!.taskId, 'COMPLETED');
		await runByHand(FILE, id);
		expect(byPrompt('late')).toMatchObject({ Status: 'done', 'Task ID': late!.taskId });
		expect(await paidPrompts()).toEqual({ late: 1 });
	});
});

describe('a clip', () => {
	const FILE = 'seasonal-edit.json';

	it('gets another season and keeps its sound, and an e-mail says what became of it', async () => {
		const { control, url } = testServer.sandbox;
		const video = `${url}/videos/640x360.mp4?seconds=4&fps=10`;
		const clip = (id: string, from = video) => ({ id, video: from, prompt: `Make it ${id}` });
		const clips = [
			...[clip('winter'), clip('dragon'), clip('page', `${url}/`), clip('not-taken')],
			clip('unfilled', 'https://…'),
		];
		drive.files.length = 0;
		drive.reject = /not-taken/;
		mailbox.sent.length = 0;
		await control.rules(fails('dragon'));
		const id = await save(ready(FILE, { Clips: holding({ clips }) }));
		await runByHand(FILE, id);
		expect(await accepted()).toHaveLength(3);
		const winter = (await accepted()).find(({ body }) => body.prompt === 'Make it winter');
		expect(winter).toEqual({
			endpoint: 'video-edit/happy-horse-1',
			body: {
				...{ prompt: 'Make it winter', video_url: video, resolution: '720P' },
				...{ audio_setting: 'origin', webhook_url: expect.any(String) as string },
			},
		});
		expect(drive.files.map(({ name }) => name)).toEqual(['winter.mp4']);
		expect(isMp4(drive.files[0]!.content)).toBe(true);
		const mails = () =>
			Object.fromEntries(mailbox.sent.map(({ subject, text }) => [subject, text]));
		expect(mailbox.sent.map(({ to }) => to)).toEqual(Array(5).fill(MAIL));
		expect(mails()).toEqual({
			'Video ready: winter': `https://drive.google.com/file/d/${drive.files[0]!.id}/view`,
			'No video: dragon': expect.stringContaining('too wild') as string,
			'No video: page': expect.stringMatching(/web page/) as string,
			'No video: not-taken': expect.stringContaining('Forbidden') as string,
			'No video: unfilled': expect.stringContaining('Video URL') as string,
		});

		// Again: what was not saved is saved, and nothing is paid for a second time.
		drive.reject = undefined;
		await control.clearRules();
		await runByHand(FILE, id);
		expect(mails()).toMatchObject({ 'Video ready: not-taken': expect.any(String) as string });
		expect((await control.state()).acceptedPerPrompt).toEqual({
			...{ 'Make it winter': 1, 'Make it not-taken': 1, 'Make it dragon': 2 },
		});
	});
});

describe('one row', () => {
	const FILE = 'one-row-three-shapes.json';
	const HEAD = ['ID', 'Images', 'Prompt', 'Status', 'Portrait', 'Square', 'Landscape', 'Note'];
	const images = (name: string) => `${image(`${name}-1`)}\n${image(`${name}-2`)}`;
	const row = (ID: string, prompt: string, square = '') => [
		...[ID, images(prompt), `${prompt} with character1`, 'ready', '', square, '', ''],
	];
	const table = () => sheets.rows(DOCUMENT, 'Shapes');
	const byPrompt = (prompt: string) =>
		table().find((each) => String(each.Prompt).startsWith(`${prompt} `))!;
	const shapes = async (prompt: string) =>
		(await accepted())
			.filter(({ body }) => String(body.prompt).startsWith(`${prompt} `))
			.map(({ body }) => body.aspect_ratio)
			.toSorted();

	it('becomes three shapes, each paid for once, and their links come back into it', async () => {
		const { control } = testServer.sandbox;
		const DONE = 'https://drive.google.com/file/d/earlier/view';
		sheets.write(DOCUMENT, 'Shapes', [
			HEAD,
			...[row('s-1', 'bag'), row('s-2', 'dragon'), row('s-3', 'scarf', DONE), row('', 'none')],
			row('s-5', 'fifth'),
		]);
		drive.files.length = 0;
		drive.reject = undefined;
		await control.rules({ ...fails('dragon'), times: 1 });
		const id = await save(ready(FILE));
		await runByHand(FILE, id);
		expect(await shapes('bag')).toEqual(['16:9', '1:1', '9:16']);
		expect(await shapes('dragon')).toEqual(['16:9', '1:1', '9:16']);
		expect(await shapes('scarf')).toEqual(['16:9', '9:16']);
		const ofRow = (await accepted()).find(({ body }) => String(body.prompt).startsWith('bag '));
		expect(ofRow).toMatchObject({
			endpoint: 'reference-to-video/happy-horse-1',
			body: {
				image_urls: images('bag')
					.split('\n')
					.map((url) => ({ url })),
			},
		});

		const linkOf = (name: string) => {
			const { id: fileId } = drive.files.find((file) => file.name === `${name}.mp4`)!;
			return `https://drive.google.com/file/d/${fileId}/view`;
		};
		expect(byPrompt('bag')).toMatchObject({
			...{ Status: 'done', Note: '', Portrait: linkOf('s-1 Portrait') },
			...{ Square: linkOf('s-1 Square'), Landscape: linkOf('s-1 Landscape') },
		});
		expect(byPrompt('scarf')).toMatchObject({
			...{ Status: 'done', Note: '', Portrait: linkOf('s-3 Portrait') },
			...{ Square: DONE, Landscape: linkOf('s-3 Landscape') },
		});
		const half = byPrompt('dragon');
		expect(half).toMatchObject({ Status: 'failed' });
		expect(half.Note).toMatch(/^(Portrait|Square|Landscape): .*too wild/);
		const missing = ['Portrait', 'Square', 'Landscape'].filter((column) => half[column] === '');
		expect(missing).toEqual([String(half.Note).split(':')[0]]);
		expect(byPrompt('none')).toMatchObject({ Status: 'failed', Portrait: '' });
		expect(String(byPrompt('none').Note).split('\n')).toHaveLength(3);
		// Four rows a run.
		expect(byPrompt('fifth')).toMatchObject({ Status: 'ready', Note: '' });

		// Set back to "ready": the shape that failed is created again, the others are left alone.
		const again = table().map((each) => (each.ID === 's-2' ? { ...each, Status: 'ready' } : each));
		sheets.write(DOCUMENT, 'Shapes', [HEAD, ...again.map((each) => HEAD.map((h) => each[h]))]);
		await runByHand(FILE, id);
		expect(await shapes('dragon')).toHaveLength(4);
		expect(byPrompt('dragon')).toMatchObject({ Status: 'done', Note: '' });
		for (const column of ['Portrait', 'Square', 'Landscape']) {
			expect(byPrompt('dragon')[column]).toBe(linkOf(`s-2 ${column}`));
		}
		expect(await shapes('fifth')).toHaveLength(3);
		await runByHand(FILE, id);
		expect((await control.state()).acceptedPosts).toBe(12);
		for (const { name, content } of drive.files) {
			expect(name).toMatch(/^s-\d (Portrait|Square|Landscape)\.mp4$/);
			expect(isMp4(content)).toBe(true);
		}
	});

	it('keeps its state when a shape is late', async () => {
		const { control } = testServer.sandbox;
		sheets.write(DOCUMENT, 'Shapes', [HEAD, row('s-9', 'slow')]);
		drive.files.length = 0;
		await control.rules({ on: 'create', do: { hold: true }, times: 1 });
		const hasty = ready(FILE);
		const { parameters } = hasty.nodes.find(({ name }) => name === 'Happy Horse')!;
		Object.assign(parameters, { waitUsing: 'polling', maxWait: 0.2 });
		const id = await save(hasty);
		await runByHand(FILE, id);
		expect(byPrompt('slow')).toMatchObject({ Status: 'ready' });
		expect(drive.files).toHaveLength(2);
		const held = (await control.state()).tasks.find(({ held: isHeld }) => isHeld)!;
		await control.advance(held.taskId, 'COMPLETED');
		await runByHand(FILE, id);
		expect(byPrompt('slow')).toMatchObject({ Status: 'done', Note: '' });
		expect(drive.files).toHaveLength(3);
		expect((await control.state()).acceptedPosts).toBe(3);
	});
});

describe('an AI agent', () => {
	/** Says something in the chat: the trigger holds it as pinned data. */
	const chat = async (chatInput: string): Promise<ExecutionView> => {
		const { client } = testServer.n8n;
		const json = { sessionId: 'session', action: 'sendMessage', chatInput };
		const often = { 'Make a video': { options: { pollInterval: 5 } } };
		const id = await save({ ...ready('ai-agent-tool.json', often), pinData: { Chat: [{ json }] } });
		const executionId = await client.runManually(id, { triggerNode: 'Chat' });
		const run = await client.waitForExecution(executionId, { timeoutMs: 120_000 });
		runsOf.get('ai-agent-tool.json')!.push(run);
		return run;
	};
	const saidBy = (run: ExecutionView) => String(itemsOf(run, 'Agent')[0]?.json.output);
	const toldByTool = (messages: Array<{ role: string; content: unknown }>) =>
		String(messages.findLast(({ role }) => role === 'tool')?.content ?? '');

	it('makes a video when it is told to, and looks one up free of charge', async () => {
		const { control } = testServer.sandbox;
		const imageUrl = image('curtain');
		model.play(
			{ tool: 'Make_a_video', input: { image_url: imageUrl, prompt: 'The curtain moves' } },
			{ say: ({ messages }) => `Here it is: ${toldByTool(messages)}` },
		);
		const first = await chat(`Make a video of ${imageUrl} in which the curtain moves`);
		expect(first.error).toBeUndefined();
		const { tasks, posts } = await control.state();
		expect(await paid()).toEqual({ curtain: 1 });
		expect(posts[0]?.body).toMatchObject({
			prompt: 'The curtain moves',
			duration: 5,
			resolution: '720P',
		});
		expect(saidBy(first)).toContain(tasks[0]!.generated[0]!.split('?')[0]);
		const video = await servedVideo(control, tasks[0]!);
		expect(isMp4(video)).toBe(true);
		const tools = model.requests[0]?.tools?.map(({ function: { name } }) => name).toSorted();
		expect(tools).toEqual(['Look_up_a_video', 'Make_a_video']);

		model.play(
			{ tool: 'Look_up_a_video', input: { task_id: tasks[0]!.taskId } },
			{ say: ({ messages }) => `It is ready: ${toldByTool(messages)}` },
		);
		const second = await chat(`Is my video ${tasks[0]!.taskId} ready?`);
		expect(second.error).toBeUndefined();
		expect(saidBy(second)).toContain('COMPLETED');
		expect((await control.state()).acceptedPosts).toBe(1);
	});

	it('that keeps creating is stopped after a few videos', async () => {
		const steps = Array.from({ length: 8 }, (_, index) => ({
			tool: 'Make_a_video',
			input: { image_url: image(`greedy-${index}`), prompt: 'More' },
		}));
		model.play(...steps);
		await chat('Make videos');
		const { acceptedPosts } = await testServer.sandbox.control.state();
		expect(acceptedPosts).toBeGreaterThan(1);
		expect(acceptedPosts).toBeLessThanOrEqual(4);
	});
});

describe('after all runs', () => {
	it.each(OWN)('every expression of %s has found what it reads', (file) => {
		const example = readExample(file);
		expect(runsOf.get(file)!.length).toBeGreaterThan(0);
		expect(unreadReferences(example, runsOf.get(file)!)).toEqual([]);
		const creates = workingNodes(example).filter(createsVideos);
		for (const { name } of creates) {
			expect(runsOf.get(file)!.some(({ runData }) => runData[name])).toBe(true);
		}
	});
});
