import type { SpawnOptions } from '../../../../sandbox/api/spawn';
import type { StartOptions } from '../../../../sandbox/n8n/server';
import type { OwnServer, TestServer } from './testServer';
import { startOnSharedN8n, startTestServer } from './testServer';
import { webhooksHandled } from '../assertions/watching';

/** It runs the code of Code nodes, which no workflow of these tests has, and takes a second of processor time of each start. */
const WITHOUT_TASK_RUNNER = { N8N_RUNNERS_MODE: 'external', N8N_RUNNERS_AUTH_TOKEN: 'none' };

/** What happens at the sandbox between the tests of a file. */
export interface BetweenTests {
	/** False where a test continues with the tasks and rules of those before it. */
	reset?: boolean;
	/** True to end a test only when n8n has responded to the webhooks about all its finished tasks. */
	awaitWebhooks?: boolean;
}

export interface TestServerUse extends BetweenTests {
	sandbox?: SpawnOptions;
}

export interface OwnServerUse extends TestServerUse {
	/** A function where it is not known before hooks run. */
	n8n?: StartOptions | (() => Promise<StartOptions>);
}

/** A real n8n and a sandbox for the tests of a file; see `runningDuringTests` for when it can be read. */
export function useTestServer({ sandbox = {}, ...between }: TestServerUse = {}): TestServer {
	return runningDuringTests(async () => await startOnSharedN8n(sandbox), between);
}

/** With an n8n that is started for this file: with settings of its own, or to be stopped and restarted. */
export function useOwnServer({ n8n = {}, sandbox = {}, ...between }: OwnServerUse = {}): OwnServer {
	const set = async () => {
		const given = typeof n8n === 'function' ? await n8n() : n8n;
		const env = { ...WITHOUT_TASK_RUNNER, ...given.env };
		return await startTestServer({ sandbox, n8n: { ...given, env } });
	};
	return runningDuringTests(set, between);
}

/**
 * Starts a server before the tests of a file, and stops it after them. What it returns is empty until
 * then: it is to be read inside of tests and of hooks that are registered later.
 */
export function runningDuringTests<S extends TestServer>(
	set: () => Promise<S>,
	{ reset = true, awaitWebhooks = false }: BetweenTests = {},
): S {
	const testServer = {} as S;

	beforeAll(async () => {
		Object.assign(testServer, await set());
	});

	if (reset) {
		beforeEach(async () => {
			await testServer.sandbox.control.reset();
		});
	}

	if (awaitWebhooks) {
		afterEach(async () => {
			await webhooksHandled(testServer.sandbox.control);
		});
	}

	afterAll(async () => {
		// It is still empty when it could not be set.
		await (testServer as Partial<S>).close?.();
	});

	return testServer;
}
