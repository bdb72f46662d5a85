import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CHECKOUT } from '../../../sandbox/n8n/nodePackage';
import { servedVideo } from '../support/assertions/watching';
import { airtable, AIRTABLE_LOGIN } from '../support/outside/airtable';
import { usePublishing } from '../support/publishing/usePublishing';

const service = airtable();
const publishing = usePublishing('airtable-attachment.json', [service]);
const { testServer } = publishing;

const horses = readFileSync(join(CHECKOUT, 'examples', 'images', 'horses-at-dusk.jpg'));
const NO_IMAGE = Buffer.from('<!doctype html><title>Sign in</title>');

const add = (Name: string, image?: Buffer, Status = 'ready') =>
	service.add({ Name, Prompt: `Slow push-in: ${Name}`, Status }, image);
const byName = (name: string) => service.records.find(({ fields }) => fields.Name === name)!;
const paid = async () => (await testServer.sandbox.control.state()).acceptedPerPrompt;
const prompt = (name: string) => `Slow push-in: ${name}`;

beforeAll(async () => {
	publishing.accounts.airtableTokenApi = await publishing.account('airtableTokenApi', {
		accessToken: AIRTABLE_LOGIN,
	});
});

beforeEach(() => {
	service.records.length = 0;
	service.updates.length = 0;
	service.videos.clear();
	service.rejects = () => undefined;
});

it('attaches a video to each record, and its status says what became of it', async () => {
	const { control } = testServer.sandbox;
	add('good', horses);
	add('page', NO_IMAGE);
	add('dragon', horses);
	add('locked', horses);
	add('empty');
	add('sixth', horses);
	add('old', horses, 'done');
	await control.rules({
		on: 'create',
		where: { prompt: 'dragon' },
		do: { outcome: 'FAILED', failure: { error: 'too wild' } },
	});
	service.rejects = ({ fields }) => (fields.Name === 'locked' ? 422 : undefined);
	const id = await publishing.save(publishing.ready());
	await publishing.runByHand(id);

	expect(await paid()).toEqual({
		[prompt('good')]: 1,
		[prompt('dragon')]: 1,
		[prompt('locked')]: 1,
	});
	const created = await publishing.created();
	expect(created.find(({ body }) => body.prompt === prompt('good'))).toEqual({
		endpoint: 'image-to-video/happy-horse-1',
		body: {
			...{ prompt: prompt('good'), resolution: '720P', duration: 5 },
			image_url: expect.any(String) as string,
			webhook_url: expect.any(String) as string,
		},
	});
	const { tasks } = await control.state();
	const task = tasks.find((each) => each.prompt === prompt('good'))!;
	const good = byName('good');
	expect(service.videos.get(good.id)!.equals(await servedVideo(control, task))).toBe(true);
	expect(
		service.updates.filter((update) => update.id === good.id).map(({ fields }) => fields),
	).toEqual([
		{
			Video: [
				{
					url: expect.stringContaining(task.generated[0]!.split('?')[0]!) as string,
					filename: `happy-horse-${task.taskId}.mp4`,
				},
			],
			...{ Status: 'attaching', 'Task ID': task.taskId, Note: '' },
		},
		{ Status: 'done', Note: '' },
	]);
	expect(good.fields).toMatchObject({ Status: 'done', 'Task ID': task.taskId });
	expect(byName('page').fields).toMatchObject({ Status: 'failed' });
	expect(byName('page').fields.Note).toContain('It is a web page, not an image');
	expect(byName('dragon').fields).toMatchObject({
		Status: 'failed',
		'Task ID': expect.any(String) as string,
	});
	expect(byName('dragon').fields.Note).toContain('too wild');
	expect(byName('locked').fields).toMatchObject({ Status: 'ready' });
	expect(byName('locked').fields.Note).toMatch(/^The video is made, but was not attached: /);
	expect(byName('empty').fields).toMatchObject({ Status: 'failed' });
	expect(byName('empty').fields.Note).toContain('Image_0');
	expect(byName('sixth').fields).toMatchObject({ Status: 'ready' });
	expect(byName('old').fields.Note).toBeUndefined();

	// Airtable is down for a moment, then takes it: the image has another URL each time, and is paid for once.
	service.rejects = () => 503;
	await publishing.runByHand(id);
	expect(byName('sixth').fields).toMatchObject({ Status: 'ready' });
	service.rejects = () => undefined;
	await publishing.runByHand(id);
	expect(byName('locked').fields).toMatchObject({ Status: 'done', Note: '' });
	expect(byName('sixth').fields).toMatchObject({ Status: 'done', Note: '' });
	await publishing.runByHand(id);
	expect(await paid()).toEqual({
		...{ [prompt('good')]: 1, [prompt('dragon')]: 1, [prompt('locked')]: 1, [prompt('sixth')]: 1 },
	});
});

it('keeps a record whose video URL has expired, and attaches the same video later', async () => {
	const { control } = testServer.sandbox;
	add('expired', horses);
	await control.settings({ resultSeconds: 0 });
	const id = await publishing.save(publishing.ready());
	await publishing.runByHand(id);
	expect(byName('expired').fields).toMatchObject({
		...{ Status: 'ready', Note: 'The video is made, but Airtable has not fetched it' },
	});
	expect(byName('expired').fields.Video).toBeUndefined();
	await control.settings({ resultSeconds: 3600 });
	await publishing.runByHand(id);
	expect(byName('expired').fields).toMatchObject({ Status: 'done', Note: '' });
	expect(await paid()).toEqual({ [prompt('expired')]: 1 });
});

it('has found everything that its expressions read', () => {
	expect(publishing.unread()).toEqual([]);
});
