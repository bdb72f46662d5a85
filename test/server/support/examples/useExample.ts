import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import type { N8nServer } from '../../../../sandbox/n8n/server';
import { n8nFacts } from '../../../n8nFacts';
import { signInWithGoogle } from '../outside/googleLogin';
import type { OutsideService, OutsideWorld } from '../outside/world';
import { openOutsideWorld } from '../outside/world';
import type { TestServer } from '../testServer/testServer';
import { useTestServer } from '../testServer/useTestServer';
import type { CredentialReference } from '../workflows/workflow';
import type { Entries, Example } from './example';
import { filledIn, readExample } from './example';
import { POSTING_ENTRIES } from './postingEntries';
import { unreadReferences } from './reading';

export interface ExampleUse {
	file: string;
	services: OutsideService[];
	/** Types of credentials that are signed in with Google. */
	google?: string[];
	/** Further credentials: data by type. */
	accounts?: Record<string, Record<string, unknown>>;
	/** Further environment of n8n. */
	env?: Record<string, string>;
}

export interface ExampleInUse {
	testServer: TestServer;
	/** Every execution of the example, for `unread`. */
	runs: ExecutionView[];
	/** The example as its notes tell users to fill it in, with changes for a case. */
	ready(changes?: Entries): Example;
	save(workflow: Example, activate?: boolean): Promise<string>;
	/** Runs it by hand to its end, which has to be a good one. */
	runByHand(id: string): Promise<ExecutionView>;
	/** Expressions that have found nothing in any run, here or elsewhere, in words. */
	unread(elsewhere?: readonly ExecutionView[]): string[];
}

/** An example on a real n8n that meets the given services instead of the real ones, for the tests of a file. */
export function useExample(use: ExampleUse): ExampleInUse {
	const { file, services, google = [], accounts = {}, env = {} } = use;
	let world: OutsideWorld;
	const runs: ExecutionView[] = [];
	const references: Record<string, CredentialReference> = {};

	beforeAll(async () => {
		world = await openOutsideWorld(services);
	});
	const testServer = useTestServer({
		n8n: async () => ({ env: { ...world.env, ...n8nFacts.filesOutside, ...env } }),
	});
	beforeAll(async () => {
		references.happyHorseApi = testServer.credential;
		for (const type of google) references[type] = await signInWithGoogle(testServer.n8n, type);
		for (const [type, data] of Object.entries(accounts)) {
			references[type] = await account(testServer.n8n, type, data);
		}
	});
	afterAll(async () => {
		await (world as OutsideWorld | undefined)?.close();
	});

	return {
		testServer,
		runs,
		ready(changes = {}) {
			const entries = { ...POSTING_ENTRIES[file], ...changes };
			return filledIn(file, { entries, accounts: references });
		},
		async save(workflow, activate = false) {
			return await testServer.n8n.client.importWorkflow(workflow, { activate });
		},
		async runByHand(id) {
			const { client } = testServer.n8n;
			const started = await client.runManually(id);
			const run = await client.waitForExecution(started, { timeoutMs: 120_000 });
			runs.push(run);
			expect(run.error).toBeUndefined();
			expect(run.status).toBe('success');
			return run;
		},
		unread: (elsewhere = []) => unreadReferences(readExample(file), [...runs, ...elsewhere]),
	};
}

async function account(n8n: N8nServer, type: string, data: Record<string, unknown>) {
	const name = `Test ${type}`;
	return { id: await n8n.client.createCredential(type, { name, data }), name };
}
