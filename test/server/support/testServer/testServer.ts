import { randomBytes } from 'node:crypto';

import type { N8nClient } from '../../../../sandbox/n8n/client';
import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import { packNodePackage } from '../../../../sandbox/n8n/nodePackage';
import type { N8nServer, StartOptions } from '../../../../sandbox/n8n/server';
import { startN8n } from '../../../../sandbox/n8n/server';
import type { SpawnedSandbox, SpawnOptions } from '../../../../sandbox/api/spawn';
import { spawnSandboxApi } from '../../../../sandbox/api/spawn';
import type { CredentialReference, HappyHorseNode } from '../workflows/workflow';
import { workflowWith } from '../workflows/workflow';
import type { RunningN8n } from './sharedN8n';
import { readyFolder } from './readyFolder';
import { takeSharedN8n } from './sharedN8n';

/** A real n8n with the packed tarball installed, next to a sandbox: what a server test runs on. */
export interface TestServer {
	sandbox: SpawnedSandbox;
	n8n: RunningN8n;
	/** Points to the sandbox. */
	credential: CredentialReference;
	/** Makes one more credential of our type. */
	addCredential(data: Record<string, unknown>): Promise<CredentialReference>;
	/** Publishes a workflow, and waits until its webhook is registered. */
	publish(workflow: Record<string, unknown> & { path: string }): Promise<PublishedWorkflow>;
	/** Publishes the usual workflow around our node. */
	publishNode(node: NodeOnServer, workflowSettings?: object): Promise<PublishedWorkflow>;
	close(): Promise<void>;
}

/** With an n8n that no other test uses: it can be stopped, and looked into. */
export interface OwnServer extends TestServer {
	n8n: N8nServer;
}

/** Our node, with the credential of the test server unless it has another. */
export type NodeOnServer = Omit<HappyHorseNode, 'credential'> &
	Partial<Pick<HappyHorseNode, 'credential'>>;

export interface PublishedWorkflow {
	id: string;
	/** Sends these items to the production webhook and returns the ID of the execution it starts. */
	start(items: unknown[]): Promise<string>;
	/** Does so and waits until the execution has ended. */
	run(items: unknown[], timeoutMs?: number): Promise<ExecutionView>;
}

export interface TestServerOptions {
	sandbox?: SpawnOptions;
	/** A sandbox that runs already, instead of a fresh one; `close` stops it all the same. */
	runningSandbox?: SpawnedSandbox;
	n8n?: StartOptions;
}

/** Small clips and a fast clock, since tests wait for many videos. */
export const SANDBOX: SpawnOptions = { speed: 30, taskSeconds: 60, videoQuality: 'small' };

export async function startTestServer(options: TestServerOptions = {}): Promise<OwnServer> {
	const tarball = await packNodePackage();
	const sandbox =
		options.runningSandbox ?? (await spawnSandboxApi({ ...SANDBOX, ...options.sandbox }));
	const start = async () => {
		const from = await readyFolder(options.n8n?.version);
		const n8n = await startN8n({ tarball, from, ...options.n8n });
		await n8n.client.login();
		return n8n;
	};
	const n8n = await start().catch(async (error: unknown) => {
		await sandbox.stop();
		throw error;
	});
	return await withCredential({
		sandbox,
		n8n,
		close: async () => void (await Promise.all([n8n.stop(), sandbox.stop()])),
	});
}

/** The n8n that test files share, next to a sandbox of this file: nothing that n8n remembers of another account is about it. */
export async function startOnSharedN8n(options: SpawnOptions = {}): Promise<TestServer> {
	const key = `test-key-${randomBytes(8).toString('hex')}`;
	const secret = randomBytes(16).toString('hex');
	const sandbox = await spawnSandboxApi({ ...SANDBOX, key, secret, ...options });
	const n8n = await takeSharedN8n().catch(async (error: unknown) => {
		await sandbox.stop();
		throw error;
	});
	const close = async () => {
		await n8n.giveBack();
		await sandbox.stop();
	};
	return await withCredential({ sandbox, n8n, close });
}

interface Bare<N extends RunningN8n> {
	sandbox: SpawnedSandbox;
	n8n: N;
	/** Where webhooks go, if that is another process. */
	door?: N8nClient;
	close(): Promise<void>;
}

/** Sets up the owner of an n8n that was just started, and a credential that points to the sandbox. */
export async function setUp<N extends RunningN8n>(bare: Bare<N>) {
	await bare.n8n.client.setupOwner();
	return await withCredential(bare);
}

async function withCredential<N extends RunningN8n>({
	sandbox,
	n8n,
	door = n8n.client,
	close,
}: Bare<N>): Promise<TestServer & { n8n: N }> {
	const { client } = n8n;
	const addCredential = async (data: Record<string, unknown>) => {
		const name = `Happy Horse ${Math.random().toString(36).slice(2, 8)}`;
		const id = await client.createCredential('happyHorseApi', { name, data });
		return { id, name };
	};
	const credential = await addCredential({
		provider: 'custom',
		baseUrl: sandbox.url,
		apiKey: sandbox.key,
		webhookSecret: sandbox.secret,
	});
	const publish: TestServer['publish'] = async (workflow) =>
		await publishOn({ client, door }, workflow);
	return {
		sandbox,
		n8n,
		credential,
		addCredential,
		publish,
		publishNode: async (node, workflowSettings) =>
			await publish(workflowWith({ credential, ...node }, workflowSettings)),
		close,
	};
}

/** Publishes a workflow on any n8n, and waits until its webhook is registered. */
export async function publishOn(
	{ client, door = client }: { client: N8nClient; door?: N8nClient },
	{ path, ...workflow }: Record<string, unknown> & { path: string },
): Promise<PublishedWorkflow> {
	const id = await client.importWorkflow(workflow);
	await door.waitForWebhook(path);
	let last = '0';
	const start = async (items: unknown[]) => {
		const response = await door.sendToWebhook(path, { body: { items } });
		if (response.status !== 200) {
			throw new Error(`The webhook responded ${response.status}: ${JSON.stringify(response.body)}`);
		}
		last = await client.nextExecution(id, { after: last });
		return last;
	};
	return {
		id,
		start,
		run: async (items, timeoutMs = 60_000) =>
			await client.waitForExecution(await start(items), { timeoutMs }),
	};
}
