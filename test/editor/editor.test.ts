import { spawnSandboxApi } from '../../sandbox/api/spawn';
import { forSandbox, readExample, THREE_IMAGES } from '../../sandbox/demo/exampleWorkflow';
import { n8nFacts } from '../n8nFacts';
import type { CredentialReference } from '../server/support/workflows/workflow';
import { until } from '../server/support/assertions/watching';
import { Editor } from './support/editor';
import { takeScreenshot } from './support/screenshot';
import { HAPPY_HORSE, createParameters, workflowByHand } from './support/editorWorkflow';
import type { EditorSession } from './support/editorSession';
import { openEditorSession, witnessed } from './support/editorSession';

const CREDENTIAL = 'Happy Horse account';
const KEY_REJECTED = n8nFacts.showsOurWordsInCredentialTest
	? /The API key was not accepted\. Copy it again from magnific\.com/
	: /Authorization failed - please check your credentials/;

let session: EditorSession;
let editor: Editor;

beforeAll(async () => {
	session = await openEditorSession();
	editor = new Editor(session.page, session.n8n.url);
	await witnessed(session.page, async () => await editor.signIn());
}, 600_000);

afterAll(async () => await session?.close());

function step(promise: string, work: () => Promise<void>): void {
	it(promise, async () => await witnessed(session.page, work));
}

/** The credential that the dialog has made; the later steps build on it, as a newcomer would. */
async function credential(): Promise<CredentialReference> {
	const all = (await session.n8n.client.rest('GET', 'credentials')) as CredentialReference[];
	const made = all.find(({ name }) => name === CREDENTIAL);
	if (made === undefined) throw new Error(`There is no credential "${CREDENTIAL}" yet`);
	return { id: made.id, name: made.name };
}

/** What a step made on the way: a node that is added later would choose it. */
async function deleteOtherCredentials(): Promise<void> {
	const { client } = session.n8n;
	const all = (await client.rest('GET', 'credentials')) as CredentialReference[];
	for (const { id, name } of all) if (name !== CREDENTIAL) await client.deleteCredential(id);
}

/** Opens a new workflow with our node in it, and the node's details. */
async function openHappyHorse(parameters: Record<string, unknown>): Promise<string> {
	const workflow = workflowByHand(await credential(), parameters);
	const id = await session.n8n.client.importWorkflow(workflow, { activate: false });
	await editor.openWorkflow(id);
	await editor.openNode(HAPPY_HORSE);
	return id;
}

const image = () => `${session.sandbox.url}/examples/images/horses-at-dusk.jpg`;

/** URLs of the icons that can be seen in a part of the page; all of them have to be loaded. */
async function iconsIn(part: Editor['nodePanel']): Promise<Set<string>> {
	const icons = part.locator('img').filter({ visible: true });
	return new Set(
		await until('the icons are loaded', async () => {
			const seen = await icons.evaluateAll((images) =>
				images.map((image) => {
					const { src, naturalWidth } = image as unknown as { src: string; naturalWidth: number };
					return { name: src.split('/').pop() ?? '', naturalWidth };
				}),
			);
			const loaded = seen.length > 0 && seen.every(({ naturalWidth }) => naturalWidth > 0);
			return loaded && seen.map(({ name }) => name);
		}),
	);
}

const SCHEMES = [
	{ colorScheme: 'dark', icon: 'happyHorse.dark.svg' },
	{ colorScheme: 'light', icon: 'happyHorse.svg' },
] as const;

it.each(SCHEMES)(
	'finds both nodes under "happy horse", with their icons in $colorScheme',
	async ({ colorScheme, icon }) => {
		const { page } = session;
		await page.emulateMedia({ colorScheme });
		await witnessed(page, async () => {
			await editor.newWorkflow();
			expect(await editor.search('happy horse', 'Happy Horse')).toEqual(['Happy Horse']);
			if (n8nFacts.describesFoundNodes) {
				expect(await editor.nodePanel.innerText()).toContain(
					'Create videos, or start a workflow when a video is finished',
				);
			}
			await editor.openFound('Happy Horse');
			await editor.nodePanel.getByText('Triggers (4)').waitFor();
			await editor.nodePanel.getByText('Actions (24)').click();
			for (const action of [
				...['On video completed', 'On video failed', 'On video queued', 'On video in progress'],
				...['from image', 'from reference images', 'from text', 'from video'].flatMap((from) => [
					...[`Create video ${from}`, `Create video ${from} and wait`, `Wait for videos ${from}`],
					...[`Get video ${from}`, `Get many videos ${from}`, `Download video ${from}`],
				]),
			]) {
				await editor.nodePanel.getByText(action, { exact: true }).waitFor();
			}
			expect(await iconsIn(editor.nodePanel)).toEqual(new Set([icon]));
			await takeScreenshot(`node-panel-${colorScheme}`, page);
		});
	},
);

step('makes the credential in the dialog, and says when the key is wrong', async () => {
	const { page, sandbox } = session;
	await editor.newWorkflow();
	await editor.search('happy horse', 'Happy Horse');
	await editor.openFound('Happy Horse');
	await editor.takeAction('Create video from image and wait', 'Actions');
	await editor.setUpCredential();
	await editor.choose('provider', 'Custom');
	await editor.fill('baseUrl', sandbox.url);
	await editor.fill('apiKey', 'a-wrong-key');
	await editor.saveCredential();
	await editor.credentialDialog.getByText('More details').click();
	await editor.credentialDialog.getByText(KEY_REJECTED).waitFor();
	await editor.dismissToasts();
	await takeScreenshot('credential', page);
	await editor.fill('apiKey', sandbox.key);
	await editor.fill('webhookSecret', sandbox.secret);
	await editor.saveCredential();
	await until('the node uses the credential', async () => {
		const name = await page.getByTestId('node-credentials-select').locator('input').inputValue();
		return name === CREDENTIAL;
	});
	expect(await credential()).toMatchObject({ name: CREDENTIAL });
});

step('says in words that the API does not respond, when the sandbox is stopped', async () => {
	const stopped = await spawnSandboxApi();
	await editor.openWorkflow(
		await session.n8n.client.importWorkflow(
			workflowByHand(await credential(), createParameters(image())),
			{
				activate: false,
			},
		),
	);
	await editor.openNode(HAPPY_HORSE);
	await editor.setUpCredential();
	await editor.choose('provider', 'Custom');
	await editor.fill('baseUrl', stopped.url);
	await editor.fill('apiKey', stopped.key);
	await stopped.stop();
	await editor.saveCredential();
	await editor.credentialDialog.getByText('More details').click();
	// Words of n8n: a credential test cannot bring its own for a connection that fails.
	await editor.credentialDialog
		.getByText(/ECONNREFUSED|refused/)
		.first()
		.waitFor();
	await editor.closeCredential();
	await deleteOtherCredentials();
});

const IMAGE = ['Image Source', 'Image URL', 'Prompt', 'Resolution', 'Duration (Seconds)'];
const VIDEO_OUTPUT = ['Download Video', 'Output Data Field Name', 'Options'];

const FIELDS: Record<string, string[]> = {
	Create: [...IMAGE, 'Status Updates', 'Options'],
	Wait: ['Task', 'Max Wait (Minutes)', ...VIDEO_OUTPUT],
	Get: ['Task', 'Download Video', 'Options'],
	'Get Many': ['Return All', 'Limit', 'Include Video URL', 'Filters'],
	Download: ['Task', 'Output Data Field Name', 'Options'],
	'Create and Wait': [...IMAGE, 'Wait Using', 'Max Wait (Minutes)', ...VIDEO_OUTPUT],
};

step('shows for each operation exactly the fields that matter', async () => {
	await openHappyHorse({ operation: 'createAndWait' });
	for (const [operation, fields] of Object.entries(FIELDS)) {
		await editor.choose('operation', operation);
		const expected = ['Resource', 'Operation', 'Model', ...fields];
		await until(`${operation} shows ${expected.join(', ')}`, async () => {
			const labels = await editor.labels();
			return labels.join() === expected.join();
		});
	}
	await takeScreenshot('create-and-wait', session.page);
});

const RESOURCES: Record<string, string[]> = {
	'Reference to Video': [
		...['Model', 'Image Source', 'Image URLs', 'Prompt', 'Aspect Ratio'],
		...['Resolution', 'Duration (Seconds)'],
	],
	'Text to Video': ['Model', 'Prompt', 'Aspect Ratio', 'Resolution', 'Duration (Seconds)'],
	'Video Edit': ['Video Source', 'Video URL', 'Image Source', 'Prompt', 'Resolution', 'Audio'],
};

step('shows for each resource exactly the fields that matter, most important first', async () => {
	const { page } = session;
	await openHappyHorse({ operation: 'createAndWait' });
	for (const [resource, fields] of Object.entries(RESOURCES)) {
		await editor.choose('resource', resource);
		const waiting = ['Wait Using', 'Max Wait (Minutes)', ...VIDEO_OUTPUT];
		const expected = ['Resource', 'Operation', ...fields, ...waiting];
		await until(`${resource} shows ${expected.join(', ')}`, async () => {
			const labels = await editor.labels();
			return labels.join() === expected.join();
		});
		await takeScreenshot(resource.toLowerCase().replaceAll(' ', '-'), page);
	}
	const ratios = async () => {
		await editor.field('aspectRatio').click();
		const options = page.getByRole('option').filter({ visible: true });
		await options.first().waitFor();
		const names = await options.allInnerTexts();
		await page.keyboard.press('Escape');
		await options.first().waitFor({ state: 'hidden' });
		return names.length;
	};
	await editor.choose('resource', 'Text to Video');
	expect(await ratios()).toBe(5);
	await editor.choose('model', 'Happy Horse 1.1');
	expect(await ratios()).toBe(9);
});

step('runs the demo of three images with the first click', async () => {
	const { page, sandbox, n8n } = session;
	const before = (await sandbox.control.state()).acceptedPosts;
	const example = forSandbox(readExample(THREE_IMAGES), {
		imagesUrl: `${sandbox.url}/examples/images/`,
		credential: await credential(),
	});
	const id = await n8n.client.importWorkflow(example, { activate: false });
	await editor.openWorkflow(id);
	await page.getByTestId('execute-workflow-button').first().click();
	await until('three videos are created', async () => {
		return (await sandbox.control.state()).acceptedPosts === before + 3;
	});
	await editor.node('Your next step').getByText('3 items').waitFor();
});

step('follows a choice with the fields that it needs', async () => {
	await openHappyHorse({ operation: 'create' });
	expect(await editor.labels()).not.toContain('Webhook URL');
	await editor.choose('callback', 'Send to a Webhook URL');
	await editor.field('webhookUrl').waitFor();
	await editor.choose('imageSource', 'Binary File');
	await editor.field('binaryPropertyName').waitFor();
	expect(await editor.labels()).not.toContain('Image URL');
	await editor.choose('operation', 'Get');
	await editor.field('downloadVideo').locator('.el-switch').click();
	await editor.field('outputBinaryPropertyName').waitFor();
	expect(await editor.labels()).toContain('Options');
});

step('says as a sentence what is wrong with a field, and nothing is paid', async () => {
	const { acceptedPosts } = await session.sandbox.control.state();
	await openHappyHorse(createParameters('horses.jpg'));
	await editor.executeStep("'Image URL' must be a URL that starts with https:// or http://");
	await editor.dismissToasts();
	await takeScreenshot('wrong-url', session.page);
	await openHappyHorse(createParameters(image(), { prompt: 'x'.repeat(2501) }));
	await editor.executeStep("'Prompt' may have at most 2,500 characters, but it has 2,501");
	await openHappyHorse(createParameters(image(), { duration: '={{ 99 }}' }));
	await editor.executeStep("'Duration' must be a whole number from 3 to 15 seconds, not 99");
	expect((await session.sandbox.control.state()).acceptedPosts).toBe(acceptedPosts);
});

step('does not accept a duration that cannot be created', async () => {
	await openHappyHorse(createParameters(image()));
	const duration = editor.field('duration').locator('input');
	await duration.click({ clickCount: 3 });
	await session.page.keyboard.type('99');
	await session.page.keyboard.press('Tab');
	const typed = Number(await duration.inputValue());
	expect(typed).toBeGreaterThanOrEqual(3);
	expect(typed).toBeLessThanOrEqual(15);
});

step('waits in view of the user, and then plays the video in the output', async () => {
	const { page } = session;
	await openHappyHorse(createParameters(image(), { resolution: '1080P', duration: 5 }));
	await editor.executeStep('Creating your videos, usually 1 to 6 minutes.');
	await takeScreenshot('waiting', page);
	await editor.closeDetails();
	expect(await editor.node(HAPPY_HORSE).innerText()).toMatch(/create and wait: image to video$/);
	await takeScreenshot('canvas', page);
	await editor.openNode(HAPPY_HORSE);
	await page.getByTestId('ndv-view-binary-data').click();
	const video = page.locator('video');
	await video.waitFor();
	const seen = await until('the video plays', async () => {
		const now = await video.evaluate((element) => {
			const { duration, videoWidth, videoHeight, currentTime } = element as unknown as Record<
				string,
				number
			>;
			return { duration, videoWidth, videoHeight, currentTime };
		});
		return (now.currentTime ?? 0) > 0.5 && now;
	});
	expect(seen).toMatchObject({ duration: 5, videoWidth: 1920, videoHeight: 1080 });
	await editor.dismissToasts();
	await takeScreenshot('video', page);
});

step('offers the tasks of the account in a list, by ID and status in words', async () => {
	const { page, sandbox } = session;
	await sandbox.control.seedTasks({ count: 1, status: 'IN_PROGRESS' });
	await openHappyHorse({ operation: 'wait' });
	await page.getByTestId('resource-locator-taskId').getByTestId('rlc-input').click();
	const tasks = page.getByTestId('rlc-item');
	await tasks.first().waitFor();
	const names = await tasks.allInnerTexts();
	expect(names[0]).toMatch(/^1\. In Progress, [0-9a-f]{8}$/);
	expect(names.slice(1).join()).toMatch(/ Completed, /);
	await takeScreenshot('task-list', page);
	await page.getByTestId('rlc-search').fill('completed');
	await until('only finished ones are listed', async () => {
		const found = await tasks.allInnerTexts();
		return found.length > 0 && found.every((name) => /^\d+\. Completed, /.test(name));
	});
	await tasks.first().click();
	await editor.executeStep(/happy-horse-[0-9a-f-]{36}\.mp4/);
});

/** Creates a video as another workflow would, and lets the sandbox finish it at once. */
async function finishedVideo(webhookUrl: string): Promise<string> {
	const { sandbox } = session;
	const response = await fetch(`${sandbox.url}/v1/ai/image-to-video/happy-horse-1`, {
		method: 'POST',
		headers: { 'x-magnific-api-key': sandbox.key, 'content-type': 'application/json' },
		body: JSON.stringify({ image_url: image(), duration: 3, webhook_url: webhookUrl }),
	});
	const { data } = (await response.json()) as { data: { task_id: string } };
	await sandbox.control.advance(data.task_id, 'COMPLETED');
	return data.task_id;
}

step('tells at the trigger which URL to use, and receives a test event', async () => {
	const { page, n8n } = session;
	await editor.newWorkflow();
	await editor.search('happy horse', 'Happy Horse');
	await editor.openFound('Happy Horse');
	await editor.takeAction('On video completed', 'Triggers');
	const { details } = editor;
	await details.getByText(/Videos of this workflow: set Status Updates/).waitFor();
	const id = await editor.workflowId();
	await details.getByText('Webhook URLs', { exact: true }).click();
	await details.getByText('Production URL', { exact: true }).click();
	await details.getByText(`${n8n.url}/webhook/happy-horse-${id}`).waitFor();
	await details.getByText('When will this node trigger my flow?').click();
	await details
		.getByText(/Publish this workflow to receive finished videos/)
		.first()
		.waitFor();
	await takeScreenshot('trigger', page);
	await page.getByTestId('trigger-execute-button').click();
	await details.getByText('Listening for test event').waitFor();
	const taskId = await finishedVideo(`${n8n.url}/webhook-test/happy-horse-${id}`);
	await editor.output.getByText(taskId).first().waitFor();
	await editor.dismissToasts();
	await takeScreenshot('trigger-received', page);
});
