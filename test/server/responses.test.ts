import type { SandboxRule } from '../../sandbox/api/wire';
import type { ExecutionView } from '../../sandbox/n8n/execution';
import { n8nFacts } from '../n8nFacts';
import type { BadResponse } from './support/faults/badResponses';
import { badResponses } from './support/faults/badResponses';
import { redirectTarget, type RedirectTarget } from './support/network/redirectTarget';
import { fetchedImageWorkflow } from './support/workflows/fetchedImageWorkflow';
import {
	fromItem,
	requestItem,
	createFromItem,
	taskFromItem,
} from './support/workflows/itemParameters';
import type { PublishedWorkflow } from './support/testServer/testServer';
import { useTestServer } from './support/testServer/useTestServer';
import { jsonsOf } from './support/assertions/watching';
import type { OnError } from './support/workflows/workflow';

// Characters that are written differently in a URL and in JSON: each form has to be redacted.
const KEY = 'FPSXkey/with+signs=9876543210';

const testServer = useTestServer({ sandbox: { key: KEY } });
let elsewhere: RedirectTarget;
let responses: BadResponse[];

beforeAll(async () => {
	elsewhere = await redirectTarget();
	responses = badResponses({ secret: KEY, elsewhere: elsewhere.url });
});

afterAll(async () => {
	await elsewhere?.close();
});

const publish = async (
	parameters: Record<string, unknown>,
	onError: OnError = 'continueRegularOutput',
): Promise<PublishedWorkflow> => await testServer.publishNode({ parameters, onError });

const image = (n: number) => `${testServer.sandbox.url}/images/400x300.png?n=row${n}.`;

/** Nothing that is stored or logged may hold the key or foreign markup, or have gone to the redirect's target. */
function expectClean(execution: ExecutionView) {
	const stored = JSON.stringify(execution.raw) + JSON.stringify(execution.data);
	for (const text of [stored, testServer.n8n.log()]) {
		for (const form of [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString('base64')]) {
			expect(text).not.toContain(form);
		}
	}
	expect(stored).not.toMatch(/<\/?(html|head|body|h1)>/);
	expect(elsewhere.received).toEqual([]);
}

function expectCleanItems(execution: ExecutionView) {
	expect(execution.status).toBe('success');
	expectClean(execution);
	return jsonsOf(execution);
}

const CHECK_FIRST = /may have been created and charged\. Look it up with 'Get Many'/;
const NOTHING = /Nothing was created or charged for this item\./;

/** What the item of a rejected create request holds. */
const rejectedCreation = ({ says, hint, status, unsure }: BadResponse, item: number) => ({
	error: expect.stringMatching(says),
	message: expect.stringMatching(
		new RegExp(unsure ? CHECK_FIRST.source : `${hint.source}.*${NOTHING.source}`),
	),
	details: { item, http_code: status },
});

const rejectedReading = ({ says, whenReading, hint, status }: BadResponse, item: number) => ({
	error: expect.stringMatching(whenReading ?? says),
	message: expect.stringMatching(hint),
	details: { item, http_code: status },
});

/** What a paid request is sent again after; faults.test.ts shows how that ends. */
const REPEATED = ['429, rate', '503'];

/** What ends a request at once: a paid one, and one that costs nothing and is else repeated. */
const atOnce = (paid: boolean) =>
	responses.filter(({ name, retryable }) => (paid ? !REPEATED.includes(name) : !retryable));

/** Those that end the whole run are alone: behind one of them nothing more is sent. */
const batches = (all: BadResponse[]): BadResponse[][] => [
	all.filter(({ accountWide }) => !accountWide),
	...all.filter(({ accountWide }) => accountWide).map((bad) => [bad]),
];

describe('A response that is not the expected one', () => {
	it.each(['create', 'createAndWait'])(
		'to %s is explained, and never requested twice',
		async (operation) => {
			const { control } = testServer.sandbox;
			const workflow = await publish(
				createFromItem({ operation, waitUsing: 'polling', maxWait: 1, downloadVideo: false }),
			);
			for (const batch of batches(atOnce(true))) {
				await control.rules(
					...batch.map(
						({ effect }, n): SandboxRule => ({
							on: 'create',
							where: { imageUrl: `row${n}.` },
							do: effect,
						}),
					),
				);
				const execution = await workflow.run(batch.map((_, n) => requestItem(image(n))));
				expect(expectCleanItems(execution)).toEqual(batch.map(rejectedCreation));
				const { postsPerImage, acceptedPosts } = await control.state();
				expect(postsPerImage).toEqual(Object.fromEntries(batch.map((_, n) => [image(n), 1])));
				expect(acceptedPosts).toBe(batch.filter(({ creates }) => creates).length);
				await control.reset();
			}
		},
	);

	it.each(['get', 'download'] as const)('to %s is explained', async (operation) => {
		const { control } = testServer.sandbox;
		const responses = atOnce(false);
		const ids = await control.seedTasks({ count: responses.length });
		await control.rules(
			...responses.map(
				({ effect }, n): SandboxRule => ({
					on: 'get',
					where: { taskId: ids[n]! },
					do: effect,
				}),
			),
		);
		const workflow = await publish(
			taskFromItem(operation, { downloadVideo: true, outputBinaryPropertyName: 'data' }),
		);
		const items = ids.map((task_id) => ({ task_id, model: 'happy-horse-1' }));
		expect(expectCleanItems(await workflow.run(items))).toEqual(responses.map(rejectedReading));
	});

	it('to Get Many is explained', async () => {
		const { control } = testServer.sandbox;
		await control.seedTasks({ count: 3 });
		// 404 is how the API says that there are no tasks.
		const listed = atOnce(false).filter(({ status }) => status !== 404);
		await control.rules(
			...listed.map(({ effect }): SandboxRule => ({ on: 'list', times: 1, do: effect })),
		);
		const workflow = await publish({
			operation: 'getAll',
			model: 'happy-horse-1',
			returnAll: true,
			includeVideoUrl: false,
		});
		const execution = await workflow.run(listed.map(({ name }) => ({ name })));
		expect(expectCleanItems(execution)).toEqual(listed.map(rejectedReading));
	});

	it.each([
		['get', 1],
		['list', 2],
	] as const)('to Wait, which sends "%s" for %i, is explained or waited out', async (on, count) => {
		const { control } = testServer.sandbox;
		const workflow = await publish(
			taskFromItem('wait', { maxWait: 0.1, downloadVideo: false, options: { pollInterval: 5 } }),
		);
		const chosen = [
			'400 that echoes the key',
			'401',
			'402',
			'403',
			'429, plan',
			'502, a page',
			'redirect to another origin',
		];
		for (const name of chosen) {
			const bad = responses.find((row) => row.name === name)!;
			const ids = await control.seedTasks({ count });
			await control.rules({ on, do: bad.effect });
			const execution = await workflow.run(
				ids.map((task_id) => ({ task_id, model: 'happy-horse-1' })),
			);
			// Only a wrong key fails for single tasks as well: else they are read without the list.
			const isReadSingly = on === 'list' && name !== '401';
			expect(expectCleanItems(execution)).toEqual(
				ids.map((task_id, item) =>
					isReadSingly
						? expect.objectContaining({ task_id, timed_out: false, status: 'COMPLETED' })
						: bad.retryable
							? expect.objectContaining({ task_id, timed_out: true, status: 'CREATED' })
							: {
									error: expect.stringMatching(bad.says),
									message: expect.stringMatching(bad.hint),
									details: { item, http_code: bad.status },
								},
				),
			);
			await control.reset();
		}
	});

	it('to an upload is explained, and no video is created', async () => {
		const { control } = testServer.sandbox;
		// Behind one that ends the whole run nothing more would be requested.
		const cases = atOnce(false).filter(({ accountWide }) => !accountWide);
		await control.rules(
			...cases.map(({ effect }): SandboxRule => ({ on: 'upload', times: 1, do: effect })),
			// Each is tried three times, but for the redirect.
			{ on: 'put', times: 3, do: { response: { status: 500, body: '<html>Oops</html>' } } },
			{ on: 'put', times: 3, do: { response: { status: 403, body: `No, ${KEY}` } } },
			{ on: 'put', times: 1, do: { redirectTo: `${elsewhere.url}/stolen` } },
			{ on: 'put', times: 3, do: { reset: 'before' } },
		);
		const workflow = await testServer.publish(
			fetchedImageWorkflow({
				credential: testServer.credential,
				parameters: {
					binaryPropertyName: 'data',
					prompt: '',
					options: { maxConcurrency: 1 },
				},
				onError: 'continueRegularOutput',
			}),
		);
		const items = Array.from({ length: cases.length + 4 }, (_, n) => ({ image: image(n) }));
		const found = expectCleanItems(await workflow.run(items));
		expect(found.slice(0, cases.length)).toEqual(
			cases.map(({ says, status }, item) => ({
				error: expect.stringMatching(says),
				message: expect.stringMatching(/[A-Z].{20,}\./),
				details: { item, http_code: status },
			})),
		);
		expect(found.slice(cases.length).map(({ error }) => error)).toEqual([
			'The file could not be uploaded (500)',
			'The file could not be uploaded (403)',
			'The file could not be uploaded (307)',
			expect.stringMatching(/connection|could not be made/i),
		]);
		expect(JSON.stringify(found)).not.toContain('token=');
		expect((await control.state()).posts).toEqual([]);
	});

	it('is shown as the error of the node when the workflow stops', async () => {
		const { control } = testServer.sandbox;
		const workflow = await publish(createFromItem(), 'stopWorkflow');
		for (const [n, bad] of atOnce(true).entries()) {
			await control.rules({ on: 'create', do: bad.effect });
			const execution = await workflow.run([requestItem(image(n))]);
			expect(execution.status).toBe('error');
			expect(execution.error?.message).toMatch(bad.says);
			expect(execution.error?.description).toMatch(bad.unsure ? CHECK_FIRST : bad.hint);
			expect(execution.error?.context).toMatchObject({ itemIndex: 0 });
			expectClean(execution);
			await control.clearRules();
		}
		const { postsPerImage } = await control.state();
		expect(Object.values(postsPerImage)).toEqual(atOnce(true).map(() => 1));
	});
});

describe('A failure in the middle of seven items', () => {
	it.each([
		['create', 1],
		['create', 5],
		['createAndWait', 3],
	])('of %s, %i at a time, names every video that was paid', async (operation, maxConcurrency) => {
		const { control } = testServer.sandbox;
		await control.rules({
			on: 'create',
			where: { imageUrl: 'row3.' },
			do: { response: { status: 402, body: { message: 'Payment required' } } },
		});
		const workflow = await publish(
			createFromItem({
				operation,
				waitUsing: 'auto',
				maxWait: 1,
				downloadVideo: false,
				options: { maxConcurrency: fromItem('maxConcurrency') },
			}),
			'stopWorkflow',
		);
		const items = Array.from({ length: 7 }, (_, n) => requestItem(image(n), { maxConcurrency }));
		const execution = await workflow.run(items);
		expect(execution.status).toBe('error');
		expect(execution.error?.message).toBe('Not enough credits');
		expect(execution.error?.context).toMatchObject({ itemIndex: 3 });
		const { tasks, postsPerImage } = await control.state();
		expect(tasks.length).toBeGreaterThanOrEqual(3);
		expect(Math.max(...Object.values(postsPerImage))).toBe(1);
		const description = String(execution.error?.description);
		for (const { taskId } of tasks) expect(description).toContain(taskId);
		expect(description).toContain(`Already created (${tasks.length}):`);
		expect(description).toContain("operation 'Wait'");
	});
});

describe('The credential', () => {
	const data = (overrides: Record<string, unknown> = {}) => ({
		provider: 'custom',
		baseUrl: testServer.sandbox.url,
		apiKey: KEY,
		...overrides,
	});

	const shown = async (credential: Record<string, unknown>) =>
		await testServer.n8n.client.testCredential('happyHorseApi', credential);

	it('is accepted with a good key, however it was pasted', async () => {
		const ok = { status: 'OK', message: expect.any(String) };
		expect(await shown(data())).toEqual(ok);
		expect(await shown(data({ apiKey: ` ${KEY}\n` }))).toEqual(ok);
		expect(await shown(data({ baseUrl: ` ${testServer.sandbox.url}/ ` }))).toEqual(ok);
	});

	type Case = [
		name: string,
		change: Record<string, unknown>,
		effect: SandboxRule['do'] | undefined,
	];

	const shownFor = async (cases: Case[]) => {
		const { control } = testServer.sandbox;
		const seen: Record<string, unknown> = {};
		for (const [name, change, effect] of cases) {
			if (effect) await control.rules({ on: 'loras', do: effect });
			seen[name] = await shown(data(change));
			await control.clearRules();
		}
		return seen;
	};

	const error = (message: RegExp) => ({ status: 'Error', message: expect.stringMatching(message) });

	const effectOf = (name: string) => responses.find((response) => response.name === name)?.effect;

	const noKey: Case[] = [['no key', { apiKey: '' }, undefined]];

	it('says in words what is wrong', async () => {
		const seen = await shownFor([
			['wrong key', { apiKey: 'nope' }, undefined],
			...(n8nFacts.savesUnfinishedCredentials ? noKey : []),
			['break in key', { apiKey: 'ab\ncd' }, undefined],
			['wrong path', { baseUrl: `${testServer.sandbox.url}/nowhere` }, undefined],
			...['403', '429, rate', '500', '503, a page'].map((name): Case => [name, {}, effectOf(name)]),
		]);
		const notAccepted = error(/^The API key was not accepted\. Copy it again from magnific\.com/);
		const cannotRespond = error(
			/^The API cannot respond right now\. The key may be right: try again later\.$/,
		);
		if (!n8nFacts.showsOurWordsInCredentialTest) {
			// n8n 1 knows the status no more by the time it looks for our words, and takes words of its own.
			for (const response of Object.values(seen)) expect(response).toEqual(error(/^[A-Z].+/));
			expect(seen['wrong key']).toEqual(error(/check your credentials/));
			return;
		}
		expect(seen).toEqual({
			'wrong key': notAccepted,
			'no key': notAccepted,
			'break in key': notAccepted,
			'wrong path': error(/, but not a Happy Horse API\. Check API Provider and Base URL\.$/),
			'403': error(/^The API key is known but may not be used\. Check the plan/),
			'429, rate': error(/^Too many requests from this account, or its plan is used up\. /),
			'500': cannotRespond,
			'503, a page': cannotRespond,
		});
	});

	// Where nothing responds, n8n shows the network's own code before it looks at our words.
	it('says in words what another service or a gateway responds', async () => {
		const names = ['400', '402', '502, a page', 'redirect to another origin', '200, a page'];
		const seen = await shownFor([...names.map((name): Case => [name, {}, effectOf(name)])]);
		// A sentence, not a code or the name of a status.
		const sentence = error(/^[A-Z][a-z']* (\S+ ){4,}.*\.$/);
		const expected = n8nFacts.showsOurWordsInCredentialTest ? sentence : error(/^[A-Z].+/);
		expect(seen).toEqual(Object.fromEntries(Object.keys(seen).map((name) => [name, expected])));
	});

	it('works with blanks and a line break around the key', async () => {
		const credential = await testServer.addCredential(data({ apiKey: `\t${KEY} \n` }));
		await testServer.sandbox.control.seedTasks({ count: 2 });
		const workflow = await testServer.publishNode({
			credential,
			parameters: { operation: 'getAll', model: 'happy-horse-1', returnAll: true },
		});
		const execution = await workflow.run([{}]);
		expect(expectCleanItems(execution)).toHaveLength(2);
	});

	it.each([
		['an empty key', { apiKey: ' ' }, "The credential has no 'API Key'"],
		['a key with a line break inside', { apiKey: 'ab\ncd' }, 'contains characters that no key has'],
		['no URL', { baseUrl: 'sandbox' }, "The 'Base URL' of the credential is not a URL"],
		['an unsafe URL', { baseUrl: 'http://example.com' }, 'would send your API key unencrypted'],
	])('with %s is rejected before anything is sent', async (_name, change, says) => {
		const credential = await testServer.addCredential(data(change));
		const workflow = await testServer.publishNode({ credential, parameters: createFromItem() });
		const { error } = await workflow.run([requestItem(image(0))]);
		expect(error?.message).toContain(says);
		expect(String(error?.description).length).toBeGreaterThan(20);
		const { requests } = await testServer.sandbox.control.state();
		expect(requests.filter(({ hadKey }) => hadKey)).toEqual([]);
	});
});
