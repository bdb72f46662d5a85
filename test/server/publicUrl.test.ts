import { itemsOf } from '../../sandbox/n8n/execution';
import { freePorts } from '../../sandbox/n8n/ports';
import { n8nFacts } from '../n8nFacts';
import {
	arrivals,
	expectedArrivals,
	expectNoSecrets,
	expectPaidOnce,
	servedVideo,
	storedVideo,
	suspended,
	tasksOf,
	traffic,
	until,
} from './support/assertions/watching';
import type { Internet } from './support/network/internet';
import { openInternet } from './support/network/internet';
import type { OwnServer } from './support/testServer/testServer';
import { startTestServer } from './support/testServer/testServer';
import { AFTER, createAndWait, HAPPY_HORSE, images } from './support/workflows/workflow';

let internet: Internet;

beforeAll(async () => {
	internet = await openInternet();
});

afterAll(async () => {
	await internet?.close();
});

describe('an n8n with a public URL, and a provider on the internet', () => {
	let testServer: OwnServer;
	let url: string;

	beforeAll(async () => {
		const [port = 0] = await freePorts(1);
		url = `http://n8n.happy-horse.example:${port}`;
		testServer = await startTestServer({
			runningSandbox: internet.sandbox,
			n8n: { port, env: { ...internet.env, [n8nFacts.webhookUrlVariable]: url } },
		});
	});

	afterAll(async () => {
		await testServer?.n8n.stop();
	});

	it('waits suspended by itself, and is resumed by a webhook at its public URL', async () => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		await control.reset();
		await control.rules({ on: 'create', do: { hold: true } });
		const items = images(sandbox.url, 2);
		const workflow = await testServer.publishNode({ parameters: createAndWait() });
		const id = await workflow.start(items);
		const waiting = await suspended(testServer, id);
		expect(waiting.status).toBe('waiting');
		const tasks = await tasksOf(control, items);
		for (const { webhookUrl } of tasks) {
			expect(webhookUrl).toContain(`${url}/webhook-waiting/${id}/happy-horse?`);
		}
		for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
		const done = await n8n.client.waitForExecution(id);
		expect(done.status).toBe('success');
		expect(done.runData[AFTER]).toHaveLength(1);
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));

		const finished = await tasksOf(control, items);
		for (const [index, item] of itemsOf(done, HAPPY_HORSE).entries()) {
			expect(String(item.json.video_url)).toContain(`${sandbox.url}/results/`);
			const served = await servedVideo(control, finished[index]!);
			expect((await storedVideo(testServer, item)).equals(served)).toBe(true);
		}
		const woken = (await control.state()).webhooks.filter(({ status }) => status === 'COMPLETED');
		expect(woken.map(({ responseStatus }) => responseStatus)).toContain(200);
		await expectPaidOnce(control, items);
		expectNoSecrets(testServer, waiting);
		expectNoSecrets(testServer, done);
	});

	it('does not send the key along to the video URL', async () => {
		const { sandbox } = testServer;
		const { control } = sandbox;
		await control.reset();
		const workflow = await testServer.publishNode({ parameters: createAndWait() });
		const done = await workflow.run(images(sandbox.url, 1));
		expect(done.status).toBe('success');
		const files = (await control.state()).requests.filter(({ path }) =>
			path.startsWith('/results/'),
		);
		expect(files.map(({ hadKey, status }) => ({ hadKey, status }))).toEqual([
			{ hadKey: false, status: 200 },
		]);
	});
});

describe('an n8n on localhost, and a provider on the internet', () => {
	let testServer: OwnServer;

	beforeAll(async () => {
		testServer = await startTestServer({
			runningSandbox: internet.sandbox,
			n8n: { env: internet.env },
		});
	});

	afterAll(async () => {
		await testServer?.n8n.stop();
	});

	it('polls by itself, since no webhook could reach it', async () => {
		const { sandbox, n8n } = testServer;
		const { control } = sandbox;
		await control.reset();
		await control.rules({ on: 'create', do: { hold: true } });
		const items = images(sandbox.url, 2);
		const workflow = await testServer.publishNode({
			parameters: createAndWait({ options: { pollInterval: 5 } }),
		});
		const id = await workflow.start(items);
		await until('the first round', async () => (await traffic(control)).lists >= 1);
		expect(await n8n.client.executionStatus(id)).toBe('running');
		const tasks = await tasksOf(control, items);
		expect(tasks.map(({ webhookUrl }) => webhookUrl)).toEqual([null, null]);
		for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
		const done = await n8n.client.waitForExecution(id);
		expect(done.status).toBe('success');
		expect(arrivals(done)).toEqual(expectedArrivals(items, tasks));
		await expectPaidOnce(control, items);
	});

	it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'does not wait for a webhook, before anything is paid, with On Error %s',
		async (onError) => {
			const { sandbox } = testServer;
			const { control } = sandbox;
			await control.reset();
			const items = images(sandbox.url, 2);
			const workflow = await testServer.publishNode({
				onError,
				parameters: createAndWait({ waitUsing: 'webhook' }),
			});
			const done = await workflow.run(items);
			const words =
				"'Wait Using' is set to Webhook, but the provider cannot reach this n8n at 127.0.0.1";
			if (onError === 'stopWorkflow') {
				expect(done.status).toBe('error');
				expect(done.error?.message).toBe(words);
				expect(done.error?.description).toContain('N8N_WEBHOOK_URL');
			} else {
				expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => json.error)).toEqual([words, words]);
				expect(arrivals(done).map(({ name }) => name)).toEqual(items.map(({ name }) => name));
			}
			expect(await traffic(control)).toEqual({ creates: 0, lists: 0, gets: 0, read: [] });
			expectNoSecrets(testServer, done);
		},
	);
});
