import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { RestError } from '../../../sandbox/n8n/session';
import type { N8nClient } from '../../../sandbox/n8n/client';
import { itemsOf } from '../../../sandbox/n8n/execution';
import { packNodePackage } from '../../../sandbox/n8n/nodePackage';
import type { N8nServer } from '../../../sandbox/n8n/server';
import { startN8n } from '../../../sandbox/n8n/server';
import type { SpawnedSandbox } from '../../../sandbox/api/spawn';
import { spawnSandboxApi } from '../../../sandbox/api/spawn';
import type { Registry } from '../../../sandbox/registry/registry';
import { openRegistry } from '../../../sandbox/registry/registry';
import { packAs } from '../support/testServer/nextVersion';
import type { PublishedWorkflow } from '../support/testServer/testServer';
import { publishOn, SANDBOX } from '../support/testServer/testServer';
import { creatingWorkflow, passedOn, triggeredTimes } from '../support/workflows/triggerWorkflow';
import { webhooksHandled, expectPaidOnce, tasksOf } from '../support/assertions/watching';
import type { CredentialReference } from '../support/workflows/workflow';
import {
	createAndWait,
	HAPPY_HORSE,
	NODE_TYPE,
	images,
	imagesOf,
	workflowWith,
} from '../support/workflows/workflow';

const NAME = 'n8n-nodes-happy-horse';
const NEXT = '99.0.0';
const BROKEN = '99.0.1';
const WORDS: [string, string] = ['Create videos from images', 'Make videos of images'];

/** What n8n's settings show of a package. */
interface Installed {
	packageName: string;
	installedVersion: string;
	updateAvailable?: string;
	failedLoading?: boolean;
	authorName: string;
	installedNodes: Array<{ name: string; type: string; latestVersion: number }>;
}

// One n8n, one story: each test continues where the one before it ended.
let registry: Registry;
let sandbox: SpawnedSandbox;
let n8n: N8nServer;
let client: N8nClient;
let version: string;
let credential: CredentialReference;
let waitingWorkflow: PublishedWorkflow;
let triggeredWorkflow: PublishedWorkflow;

beforeAll(async () => {
	[registry, sandbox] = await Promise.all([openRegistry(), spawnSandboxApi(SANDBOX)]);
	({ version } = registry.publish(await packNodePackage()));
	n8n = await startN8n({ env: registry.env });
	writeFileSync(join(n8n.userFolder, '.n8n', 'nodes', '.npmrc'), registry.npmrc);
	({ client } = n8n);
	await client.setupOwner();
});

afterEach(async () => {
	await webhooksHandled(sandbox.control);
	await sandbox.control.reset();
});

afterAll(async () => {
	await Promise.all([n8n?.stop(), sandbox?.stop(), registry?.close()]);
});

const packages = async () =>
	((await client.rest('GET', 'community-packages')) as Installed[]).map((listed) => ({
		// n8n 1 leaves it out unless it is true.
		failedLoading: false,
		...listed,
	}));

const change = async (method: 'POST' | 'PATCH', wanted?: string) =>
	(await client.rest(method, 'community-packages', {
		name: NAME,
		...(wanted === undefined ? {} : { version: wanted }),
	})) as Installed;

/** Our nodes in the node panel, by type, with their descriptions. */
const panel = async () =>
	Object.fromEntries(
		(await client.nodeTypes())
			.filter(({ name }) => name.startsWith(NAME))
			.map(({ name, description }) => [name, String(description)]),
	);

/** Each saved workflow runs, as it was saved, and pays once for each image. */
async function expectWorking(name: string): Promise<void> {
	const items = imagesOf(sandbox.url, { batch: name, amount: 4 });
	const [ours, theirs] = [items.slice(0, 2), items.slice(2)];
	const received = passedOn(n8n, triggeredWorkflow.id).length;
	const done = await waitingWorkflow.run(ours, 90_000);
	expect(done.error).toBeUndefined();
	expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => json.status)).toEqual([
		'COMPLETED',
		'COMPLETED',
	]);
	await triggeredWorkflow.start(theirs);
	await triggeredTimes(n8n, { id: triggeredWorkflow.id, times: received + 2 });
	const tasks = await tasksOf(sandbox.control, theirs);
	const arrived = passedOn(n8n, triggeredWorkflow.id).slice(received);
	expect(arrived.map(({ task_id }) => task_id).sort()).toEqual(
		tasks.map(({ taskId }) => taskId).sort(),
	);
	await expectPaidOnce(sandbox.control, items);
}

describe('In Settings > Community nodes', () => {
	it('there is nothing at first', async () => {
		expect(await packages()).toEqual([]);
		expect(await panel()).toEqual({});
	});

	it('the package is installed by its name, and listed with both nodes', async () => {
		expect(await change('POST')).toMatchObject({ packageName: NAME, installedVersion: version });
		const [listed, ...others] = await packages();
		expect(others).toEqual([]);
		expect(listed).toMatchObject({
			...{ packageName: NAME, installedVersion: version, failedLoading: false },
			authorName: 'Happy Horse for n8n',
		});
		expect(listed!.updateAvailable).toBeUndefined();
		expect(listed!.installedNodes.map(({ name, type }) => [name, type])).toEqual([
			['Happy Horse', NODE_TYPE],
			['Happy Horse Trigger', `${NODE_TYPE}Trigger`],
		]);
		expect((await panel())[NODE_TYPE]).toContain(WORDS[0]);
	});

	it('n8n needed nothing of the registry but this one package', () => {
		const requests = registry.requests.filter((path) => !path.startsWith('blocked api.n8n.io'));
		expect(requests.filter((path) => !path.startsWith(`/${NAME}`))).toEqual([]);
		expect(requests).toContain(`/${NAME}/-/${version}.tgz`);
	});

	it('its credential can be made and tested, and its workflows run', async () => {
		const data = {
			...{ provider: 'custom', baseUrl: sandbox.url },
			...{ apiKey: sandbox.key, webhookSecret: sandbox.secret },
		};
		expect(await client.testCredential('happyHorseApi', data)).toMatchObject({ status: 'OK' });
		const name = 'Happy Horse';
		credential = { id: await client.createCredential('happyHorseApi', { name, data }), name };
		const parameters = createAndWait({ waitUsing: 'webhook', downloadVideo: false });
		waitingWorkflow = await publishOn({ client }, workflowWith({ credential, parameters }));
		triggeredWorkflow = await publishOn({ client }, creatingWorkflow({ credential }));
		await client.waitForWebhook(`happy-horse-${triggeredWorkflow.id}`);
		await expectWorking('installed');
	});

	it('an installed package cannot be installed again', async () => {
		await expect(change('POST')).rejects.toThrow(/already installed/);
	});

	it('an update that the registry does not hold, or that arrives broken, leaves all as it was', async () => {
		await expect(change('PATCH', '98.0.0')).rejects.toThrow(RestError);
		registry.publish(await packAs({ version: BROKEN, words: WORDS }));
		registry.spoil(BROKEN);
		await expect(change('PATCH', BROKEN)).rejects.toThrow(RestError);
		registry.withdraw(BROKEN);
		expect(await packages()).toMatchObject([{ installedVersion: version, failedLoading: false }]);
		await expectWorking('after bad updates');
	});

	it('the next version is offered, and takes over while an execution waits and webhooks are registered', async () => {
		registry.publish(await packAs({ version: NEXT, words: WORDS }));
		expect(await packages()).toMatchObject([{ installedVersion: version, updateAvailable: NEXT }]);
		const ids = [waitingWorkflow.id, triggeredWorkflow.id];
		const nodes = async () =>
			await Promise.all(ids.map(async (id) => (await client.workflow(id)).nodes));
		const saved = await nodes();

		await sandbox.control.rules({ on: 'create', do: { hold: true } });
		const items = images(sandbox.url, 2);
		const id = await waitingWorkflow.start(items);
		await client.waitForExecution(id, { until: ['waiting'] });

		expect(await change('PATCH', NEXT)).toMatchObject({ installedVersion: NEXT });
		const [listed] = await packages();
		expect(listed).toMatchObject({ installedVersion: NEXT, failedLoading: false });
		expect(listed!.updateAvailable).toBeUndefined();
		expect((await panel())[NODE_TYPE]).toContain(WORDS[1]);

		for (const { taskId } of await tasksOf(sandbox.control, items)) {
			await sandbox.control.advance(taskId, 'COMPLETED');
		}
		const done = await client.waitForExecution(id);
		expect(itemsOf(done, HAPPY_HORSE).map(({ json }) => [json.status, json.timed_out])).toEqual(
			items.map(() => ['COMPLETED', false]),
		);
		await expectPaidOnce(sandbox.control, items);
		expect(await nodes()).toEqual(saved);
	});

	it('saved workflows run with the next version', async () => {
		await client.waitForWebhook(`happy-horse-${triggeredWorkflow.id}`);
		await expectWorking('updated');
	});

	it('and after n8n was started again', async () => {
		await n8n.restart();
		await client.waitForWebhook(`happy-horse-${triggeredWorkflow.id}`);
		expect(await packages()).toMatchObject([{ installedVersion: NEXT, failedLoading: false }]);
		await expectWorking('restarted');
	});

	it('it is uninstalled, and workflows that use it say so in the response of their webhook', async () => {
		await client.rest('DELETE', `community-packages?name=${NAME}`);
		expect(await packages()).toEqual([]);
		expect(await panel()).toEqual({});
		await expect(waitingWorkflow.start(images(sandbox.url, 1))).rejects.toThrow(
			`Unrecognized node type: ${NODE_TYPE}`,
		);
		expect((await sandbox.control.state()).posts).toEqual([]);
	});

	it('installed again, it finds credentials and workflows as they were', async () => {
		expect(await change('POST', version)).toMatchObject({ installedVersion: version });
		await expectWorking('again');
	});
});
