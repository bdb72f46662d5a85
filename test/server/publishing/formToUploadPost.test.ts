import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ExecutionView } from '../../../sandbox/n8n/execution';
import { isWhole } from '../../../sandbox/n8n/execution';
import { CHECKOUT } from '../../../sandbox/n8n/nodePackage';
import { servedVideo, until } from '../support/assertions/watching';
import type { Example } from '../support/examples/example';
import { storedExecutions } from '../support/executions/executionTable';
import { gmail } from '../support/outside/gmail';
import { googleLogin, signInWithGoogle } from '../support/outside/googleLogin';
import { linkTo, UPLOAD_POST_LOGIN, uploadPost } from '../support/outside/uploadPost';
import { MAIL } from '../support/publishing/entries';
import { usePublishing } from '../support/publishing/usePublishing';

const LOGIN = { user: 'marketing', password: 'Form-Login-2026' };

const mailbox = gmail();
const service = uploadPost();
const publishing = usePublishing('form-to-upload-post.json', [googleLogin, mailbox, service]);
const { testServer } = publishing;

const photo = (name: string, type: string) =>
	new File([readFileSync(join(CHECKOUT, 'examples', 'images', name))], name, { type });
const horses = photo('horses-at-dusk.jpg', 'image/jpeg');
const perfume = photo('perfume-bottle.png', 'image/png');

let id: string;
let formUrl: string;

/** Publishes the example; each has a form of its own. */
async function open(change: (example: Example) => void = () => undefined): Promise<void> {
	const example = publishing.ready();
	const form = example.nodes.find(({ name }) => name === 'Form: product photos')!;
	form.webhookId = crypto.randomUUID();
	change(example);
	const { n8n } = testServer;
	id = await n8n.client.importWorkflow(example);
	formUrl = `${n8n.url}/form/${form.webhookId}`;
	await until('the form is there', async () => (await fetch(formUrl)).status !== 404);
}

async function post(product: string, files: File[], password = LOGIN.password): Promise<number> {
	const body = new FormData();
	body.append('field-0', product);
	body.append('field-1', `character1 in the rain: ${product}`);
	body.append('field-2', `New: ${product}. Made with AI.`);
	for (const file of files) body.append('field-3', file);
	const authorization = `Basic ${btoa(`${LOGIN.user}:${password}`)}`;
	return (await fetch(formUrl, { method: 'POST', body, headers: { authorization } })).status;
}

/** Sends the form and waits until its execution has ended; gives the e-mail that came of it. */
async function send(product: string, files: File[]) {
	const before = storedExecutions(testServer.n8n, id).length;
	const mails = mailbox.sent.length;
	expect(await post(product, files)).toBe(200);
	const isOver = (run: ExecutionView) => ['success', 'error'].includes(run.status) && isWhole(run);
	const runs = await until(
		'the execution of the form',
		async () => {
			const stored = storedExecutions(testServer.n8n, id);
			return stored.length > before && stored.every(isOver) && stored;
		},
		120_000,
	);
	expect(runs.map(({ error }) => error).filter(Boolean)).toEqual([]);
	publishing.observe(...runs);
	const [mail, ...others] = mailbox.sent.slice(mails);
	expect(others).toEqual([]);
	expect(mail).toMatchObject({ to: MAIL });
	return mail!;
}

const paid = async () => (await testServer.sandbox.control.state()).acceptedPosts;

beforeAll(async () => {
	const { accounts, account } = publishing;
	accounts.gmailOAuth2 = await signInWithGoogle(testServer.n8n, 'gmailOAuth2');
	accounts.httpBasicAuth = await account('httpBasicAuth', LOGIN);
	accounts.httpHeaderAuth = await account('httpHeaderAuth', {
		name: 'Authorization',
		value: UPLOAD_POST_LOGIN,
	});
	await open();
});

beforeEach(() => {
	service.uploads.length = 0;
	Object.assign(service, { down: undefined, fails: () => undefined, lookupsBefore: 1 });
});

it('puts the video of some photos on TikTok and Reels, once, and mails the links', async () => {
	const { control } = testServer.sandbox;
	expect([401, 403]).toContain(await post('SKU-1', [horses], 'guessed'));
	const mail = await send('SKU-1', [horses, perfume]);
	const [created, ...others] = await publishing.created();
	expect(others).toEqual([]);
	expect(created).toEqual({
		endpoint: 'reference-to-video/happy-horse-1',
		body: {
			...{ prompt: 'character1 in the rain: SKU-1', aspect_ratio: '9:16' },
			...{ resolution: '720P', duration: 5, webhook_url: expect.any(String) as string },
			image_urls: [horses, perfume].map(() => ({ url: expect.any(String) as string })),
		},
	});
	const [task] = (await control.state()).tasks;
	const [upload] = service.uploads;
	expect(upload!.content.equals(await servedVideo(control, task!))).toBe(true);
	expect(upload!.key).toBe(task!.taskId);
	expect(upload!.fields).toEqual([
		...[
			['user', 'my-brand'],
			['platform[]', 'tiktok'],
			['platform[]', 'instagram'],
		],
		['title', 'New: SKU-1. Made with AI.'],
		...[
			['privacy_level', 'SELF_ONLY'],
			['is_aigc', 'true'],
			['media_type', 'REELS'],
		],
		...[
			['share_to_feed', 'true'],
			['async_upload', 'true'],
		],
		['video', `happy-horse-${task!.taskId}.mp4 (video/mp4)`],
	]);
	expect(mail.subject).toBe('Posted: SKU-1');
	expect(mail.text).toContain(`TikTok: ${linkTo(upload!, 'tiktok')}\n`);
	expect(mail.text).toContain(`Instagram: ${linkTo(upload!, 'instagram')}\n`);

	// The same form again, and one with another photo.
	expect((await send('SKU-1', [horses, perfume])).subject).toBe('Posted: SKU-1');
	expect(service.uploads).toHaveLength(1);
	expect(await paid()).toBe(1);
	await send('SKU-1', [perfume]);
	expect(await paid()).toBe(2);
});

it('mails why there is no video, or why it is not posted, and never pays twice for it', async () => {
	const { control } = testServer.sandbox;
	await control.rules({
		on: 'create',
		where: { prompt: 'dragon' },
		do: { outcome: 'FAILED', failure: { error: 'too wild' } },
	});
	const failed = await send('dragon', [horses]);
	expect(failed.subject).toBe('No video: dragon');
	expect(failed.text).toContain('too wild');
	expect(await paid()).toBe(1);

	// The video's URL is gone before it is downloaded.
	await control.rules({ on: 'result', times: 20, do: { response: { status: 404, body: {} } } });
	const gone = await send('SKU-2', [horses]);
	expect(gone.subject).toBe('No video: SKU-2');
	expect(gone.text).toMatch(/could not be downloaded[^]*Send the same form again/);
	await control.clearRules();

	service.down = 503;
	const rejected = await send('SKU-2', [horses]);
	expect(rejected.subject).toBe('Not posted: SKU-2');
	expect(rejected.text).toMatch(/Upload-Post did not take it: 503.*Try later/);
	service.down = 429;
	expect((await send('SKU-2', [horses])).text).toContain('Send the same form again');
	expect(service.uploads).toEqual([]);
	service.down = undefined;

	service.fails = (network) => (network === 'tiktok' ? 'Too many posts' : undefined);
	const half = await send('SKU-2', [horses]);
	expect(half.subject).toBe('Not posted everywhere: SKU-2');
	expect(half.text).toContain('TikTok: not posted. Too many posts\n');
	expect(half.text).toContain(`Instagram: ${linkTo(service.uploads[0]!, 'instagram')}\n`);
	expect(half.text).toContain('Request at Upload-Post: request-1');
	expect(service.uploads).toHaveLength(1);
	expect(await paid()).toBe(2);
});

it('stops looking up a request after a while', async () => {
	await open(({ nodes }) => {
		const { parameters } = nodes.find(({ name }) => name === 'Is it through?')!;
		const text = JSON.stringify(parameters);
		expect(text).toContain('$runIndex >= 29');
		Object.assign(parameters, JSON.parse(text.replace('$runIndex >= 29', '$runIndex >= 1')));
	});
	service.lookupsBefore = 99;
	const late = await send('SKU-3', [horses]);
	expect(service.uploads[0]!.lookups).toBe(2);
	expect(late.subject).toBe('Not posted everywhere: SKU-3');
	expect(late.text).toContain('Instagram: not posted. Not confirmed in time');
	expect(await paid()).toBe(1);
});

it('has found everything that its expressions read', () => {
	expect(publishing.unread()).toEqual([]);
});
