import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import { itemsOf } from '../../../../sandbox/n8n/execution';
import { n8nFacts } from '../../../n8nFacts';
import type { Entries, Example } from '../examples/example';
import { filledIn, readExample } from '../examples/example';
import { unreadReferences } from '../examples/reading';
import type { OutsideService, OutsideServices } from '../outside/services';
import { openOutsideServices } from '../outside/services';
import type { OwnServer } from '../testServer/testServer';
import { useOwnServer } from '../testServer/useTestServer';
import type { CredentialReference } from '../workflows/workflow';
import { PUBLISHING_ENTRIES } from './entries';

/** How long the nodes named Wait of an example wait here, in seconds. */
const NAP_SECONDS = 1;

export interface PublishingSettings {
	/** Further environment of n8n. */
	env?: Record<string, string>;
	/** How long the nodes named Wait wait; `null` leaves them as they are. */
	napSeconds?: number | null;
}

export interface Publishing {
	testServer: OwnServer;
	/** Credentials by type, for `ready`; to be filled before the first test. */
	accounts: Record<string, CredentialReference>;
	/** What was requested of the services. */
	outside(): OutsideServices;
	/** Makes a credential of that type. */
	account(type: string, data: Record<string, unknown>): Promise<CredentialReference>;
	/** The example as its notes say, with shorter waits and the changes of a case. */
	ready(changes?: Entries): Example;
	/** Every execution of the example, for `unread`. */
	runs: ExecutionView[];
	/** Imports it, and publishes it when it is to be `active`. */
	save(workflow: Example, active?: boolean): Promise<string>;
	/** Runs it by hand to its end, which has to be a success. */
	runByHand(id: string): Promise<ExecutionView>;
	/** Executions that were not started by hand. */
	observe(...runs: ExecutionView[]): void;
	/** Expressions that found nothing in any run, in words. */
	unread(): string[];
	/** Which create requests the sandbox has accepted. */
	created(): Promise<Array<{ endpoint: string; body: Record<string, unknown> }>>;
	/** The URL of an image in the sandbox. */
	image(name: string, size?: string): string;
}

/** A real n8n between a sandbox and the services that one example publishes to. */
export function usePublishing(
	file: string,
	services: OutsideService[],
	{ env = {}, napSeconds = NAP_SECONDS }: PublishingSettings = {},
): Publishing {
	let outside: OutsideServices;
	const runs: ExecutionView[] = [];
	const accounts: Publishing['accounts'] = {};

	beforeAll(async () => {
		outside = await openOutsideServices(services);
	});
	const testServer = useOwnServer({
		n8n: async () => ({ env: { ...outside.env, ...n8nFacts.filesOutside, ...env } }),
	});
	beforeAll(() => {
		accounts.happyHorseApi = testServer.credential;
	});
	afterAll(async () => {
		await outside?.close();
	});

	return {
		testServer,
		accounts,
		outside: () => outside,
		async account(type, data) {
			const name = `Test ${type}`;
			return { id: await testServer.n8n.client.createCredential(type, { name, data }), name };
		},
		ready(changes = {}) {
			const example = filledIn(file, {
				entries: { ...PUBLISHING_ENTRIES[file], ...changes },
				accounts,
			});
			for (const { type, parameters } of example.nodes) {
				if (type === 'n8n-nodes-base.wait' && napSeconds !== null) parameters.amount = napSeconds;
			}
			return example;
		},
		runs,
		save: async (workflow, active = false) =>
			await testServer.n8n.client.importWorkflow(workflow, { activate: active }),
		async runByHand(id) {
			const { n8n } = testServer;
			const started = await n8n.client.runManually(id);
			const run = await n8n.client.waitForExecution(started, { timeoutMs: 120_000 });
			runs.push(run);
			expect(run.error).toBeUndefined();
			expect(run.status).toBe('success');
			return run;
		},
		observe: (...more) => void runs.push(...more),
		unread: () => unreadReferences(readExample(file), runs),
		async created() {
			const { posts } = await testServer.sandbox.control.state();
			return posts
				.filter(({ taskId }) => taskId !== null)
				.map(({ endpoint, body }) => ({ endpoint, body: body as Record<string, unknown> }));
		},
		image: (name, size = '800x800') => `${testServer.sandbox.url}/images/${size}.png?${name}`,
	};
}

/** What a node put out in all its runs. */
export const allItemsOf = (run: ExecutionView, node: string) =>
	(run.runData[node] ?? []).flatMap((_, index) => itemsOf(run, node, { run: index }));
