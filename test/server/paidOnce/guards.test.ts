import type { ExecutionView } from '../../../sandbox/n8n/execution';
import { branchOf, publishBranches } from '../support/workflows/workflowBranches';
import { leadsTo } from '../support/workflows/node';
import { requestItem, createFromItem, taskFromItem } from '../support/workflows/itemParameters';
import { useTestServer } from '../support/testServer/useTestServer';
import { hintsOf, jsonsOf, until } from '../support/assertions/watching';
import { createAndWait, HAPPY_HORSE, images } from '../support/workflows/workflow';
import type { OnError } from '../support/workflows/workflow';
import { listen, creatingWorkflow, TRIGGER, triggered } from '../support/workflows/triggerWorkflow';

const testServer = useTestServer();

const CREATE = { operation: 'create', callback: 'none' };

const batch = (amount: number, ...more: Array<Record<string, unknown>>) =>
	images(testServer.sandbox.url, amount).map((item, index) => ({ ...item, ...more[index] }));

const posts = async () => (await testServer.sandbox.control.state()).posts;

async function run(
	parameters: Record<string, unknown>,
	{ items = batch(3), onError }: { items?: unknown[]; onError?: OnError } = {},
): Promise<ExecutionView> {
	const workflow = await testServer.publishNode({
		parameters: createAndWait(parameters),
		...(onError ? { onError } : {}),
	});
	return await workflow.run(items);
}

const FREE = 'Nothing was created or charged';

/** Ended with an error that says all this, before anything was sent. */
async function expectRejected(execution: ExecutionView, ...says: Array<string | RegExp>) {
	const { status, error } = execution;
	const said = `${error?.message} ${error?.description}`;
	for (const each of says) {
		if (typeof each === 'string') expect(said).toContain(each);
		else expect(said).toMatch(each);
	}
	expect(status).toBe('error');
	expect(await posts()).toEqual([]);
}

/** One run of several, each with fields and items of its own. */
interface Case {
	parameters: Record<string, unknown>;
	items: unknown[];
	says: Array<string | RegExp>;
}

/** Runs all cases in one workflow: much faster than a workflow for each. */
async function expectAllRejected(cases: Record<string, Case>): Promise<void> {
	const { credential } = testServer;
	const branches = await publishBranches(
		testServer,
		Object.entries(cases).map(([name, { parameters }]) => ({
			...{ name, credential, parameters: createAndWait(parameters) },
		})),
	);
	for (const [name, { items }] of Object.entries(cases)) await branches.start(name, items);
	const executions = await branches.ended(Object.keys(cases).length, 60_000);
	expect(executions.map(branchOf).sort()).toEqual(Object.keys(cases).sort());
	for (const execution of executions) {
		await expectRejected(execution, ...cases[branchOf(execution)]!.says);
	}
}

describe('503 for a paid request', () => {
	const DOCUMENTED = 'Service Unavailable. Please try again later.';

	const unavailable = async (message: string) =>
		await testServer.sandbox.control.rules({
			...{ on: 'create', times: 1 },
			do: { response: { status: 503, body: { message } } },
		});

	it('is sent again with the documented text', async () => {
		await unavailable(DOCUMENTED);
		const done = await run(CREATE, { items: batch(1) });
		expect([done.status, done.error?.message]).toEqual(['success', undefined]);
		expect((await posts()).map(({ status }) => status)).toEqual([503, 200]);
	});

	it.each([
		['with another text', 'upstream connect error', CREATE],
		['with the text of a gateway', 'The service unavailable page', CREATE],
		[
			'when the user does not want it',
			DOCUMENTED,
			{ ...CREATE, options: { retryUnavailable: false } },
		],
	])('is not sent again %s, and the video may exist', async (_case, message, parameters) => {
		await unavailable(message);
		const done = await run(parameters, { items: batch(1) });
		expect(done.status).toBe('error');
		expect(`${done.error?.message} ${done.error?.description}`).toMatch(
			/503.*may have been created and charged/,
		);
		expect((await posts()).map(({ status }) => status)).toEqual([503]);
	});
});

describe('A fault while connecting', () => {
	it('is known to have sent nothing, whatever its code is', async () => {
		// No operating system connects to the broadcast IP address by TCP; its code is in no list.
		const credential = await testServer.addCredential({
			...{ provider: 'custom', baseUrl: 'https://255.255.255.255', apiKey: testServer.sandbox.key },
		});
		const image = { imageUrl: 'https://example.com/horse.png', options: { checkMedia: false } };
		const parameters = createAndWait({ ...CREATE, ...image });
		const workflow = await testServer.publishNode({ parameters, credential });
		await expectRejected(await workflow.run(batch(1)), 'The API could not be reached', FREE);
	});
});

describe('Settings of the whole run', () => {
	it('are rejected when they differ between items', async () => {
		const rows: Array<[string, Record<string, unknown>, unknown[]]> = [
			['Max Wait', { maxWait: '={{ $json.v }}' }, [1, 1, 2]],
			['Wait Using', { waitUsing: '={{ $json.v }}' }, ['polling', 'polling', 'webhook']],
			['Poll Interval', { options: { pollInterval: '={{ $json.v }}' } }, [5, 5, 6]],
			['Max Concurrency', { options: { maxConcurrency: '={{ $json.v }}' } }, [1, 1, 2]],
			['Max Total Duration', { options: { maxTotalDuration: '={{ $json.v }}' } }, [60, 60, 61]],
		];
		const cases = rows.map(([label, parameters, values]): [string, Case] => [
			label,
			{
				parameters,
				items: batch(3, ...values.map((v) => ({ v }))),
				says: [`'${label}' must be the same for all items`, 'item 0', 'item 2', FREE],
			},
		]);
		await expectAllRejected(Object.fromEntries(cases));
	});

	it('are rejected by Wait, too', async () => {
		const { control } = testServer.sandbox;
		const ids = await control.seedTasks({ count: 2, status: 'COMPLETED' });
		const workflow = await testServer.publishNode({
			parameters: taskFromItem('wait', { maxWait: '={{ $json.v }}', downloadVideo: false }),
		});
		const items = ids.map((task_id, v) => ({ task_id, model: 'happy-horse-1', v: v + 1 }));
		await expectRejected(await workflow.run(items), "'Max Wait' must be the same for all items");
	});

	it.each(['create', 'createAndWait'])('Dry Run is read for each item by %s', async (operation) => {
		const items = batch(4, ...[true, false, true, false].map((dry) => ({ dry })));
		const done = await run(
			{
				...{ operation, callback: 'none', waitUsing: 'webhook', downloadVideo: false },
				options: { dryRun: '={{ $json.dry }}' },
			},
			{ items },
		);
		expect(done.status).toBe('success');
		expect(jsonsOf(done).map(({ dry_run }) => dry_run)).toEqual([true, undefined, true, undefined]);
		expect(jsonsOf(done).map(({ task_id }) => typeof task_id)).toEqual([
			...['undefined', 'string', 'undefined', 'string'],
		]);
		const { acceptedPerImage } = await testServer.sandbox.control.state();
		expect(acceptedPerImage).toEqual({ [items[1]!.image]: 1, [items[3]!.image]: 1 });
	});
});

describe('An expression with a misspelt name', () => {
	const MISSPELT = '={{ $json.misspelt }}';

	it('is rejected when it gives nothing for any item', async () => {
		const rows: Record<string, Record<string, unknown>> = {
			Prompt: { prompt: MISSPELT },
			'Dry Run': { options: { dryRun: MISSPELT } },
			'Max Total Duration': { options: { maxTotalDuration: MISSPELT } },
			Seed: { options: { seed: MISSPELT } },
		};
		const cases = Object.entries(rows).map(([label, fields]): [string, Case] => [
			label,
			{
				parameters: { ...CREATE, ...fields },
				items: batch(3),
				says: [`The expression in '${label}' gives nothing for any item`, '$json.misspelt', FREE],
			},
		]);
		await expectAllRejected(Object.fromEntries(cases));
	});

	it('is told in Prompt when it gives nothing for some', async () => {
		const parameters = { ...CREATE, prompt: '={{ $json.some }}' };
		const done = await run(parameters, { items: batch(3, { some: 'A horse' }) });
		expect(done.status).toBe('success');
		expect(hintsOf(done)).toContainEqual(
			expect.stringContaining("'Prompt' has no value for 2 of 3 items"),
		);
		expect(await posts()).toHaveLength(3);
	});

	it('is rejected in Dry Run when it gives nothing for some, which would be paid for', async () => {
		const options = { dryRun: '={{ $json.some }}' };
		const done = await run({ ...CREATE, options }, { items: batch(3, { some: true }) });
		expect(done.status).toBe('error');
		expect(done.error?.message).toContain(
			"The expression in 'Dry Run' gives nothing for this item",
		);
		expect(await posts()).toEqual([]);
	});

	it('is rejected in Max Total Duration when it gives nothing for some', async () => {
		const options = { maxTotalDuration: '={{ $json.some }}' };
		const done = await run({ ...CREATE, options }, { items: batch(3, { some: 60 }) });
		await expectRejected(done, "'Max Total Duration' must be the same for all items");
	});
});

describe('Rejections of the whole account', () => {
	it('402 ends a batch that continues with failed items', async () => {
		await testServer.sandbox.control.rules({
			on: 'create',
			do: { delayMs: 100, response: { status: 402, body: { message: 'Payment required' } } },
		});
		const items = batch(40);
		const done = await run(
			{ ...CREATE, options: { maxConcurrency: 3 } },
			{ items, onError: 'continueRegularOutput' },
		);
		expect(done.status).toBe('success');
		expect(jsonsOf(done).map(({ error }) => error)).toEqual(items.map(() => 'Not enough credits'));
		expect((await posts()).length).toBeLessThanOrEqual(3);
	});

	it('a quota that is over in two seconds is waited for', async () => {
		const response = {
			status: 429,
			body: { message: 'Quota exceeded: 50 requests per minute' },
			headers: { 'retry-after': '2' },
		};
		await testServer.sandbox.control.rules({ on: 'create', times: 1, do: { response: response } });
		const done = await run(CREATE, { items: batch(1) });
		expect([done.status, done.error?.message]).toEqual(['success', undefined]);
		const [first, second, ...more] = await posts();
		expect(more).toEqual([]);
		expect(second!.at - first!.at).toBeGreaterThanOrEqual(1900);
	});
});

describe('A workflow that would start itself', () => {
	const OWN_URL =
		"={{ $execution.resumeUrl.split('/webhook-waiting/')[0] + '/webhook/happy-horse-' + $workflow.id }}";

	it.each([
		['Start This Workflow', { callback: 'thisWorkflow' }],
		['Send to a Webhook URL', { callback: 'url', webhookUrl: OWN_URL }],
	])('pays once and is stopped: %s', async (_case, parameters) => {
		const { credential, sandbox, n8n } = testServer;
		const image = batch(1)[0]!.image;
		const made = creatingWorkflow(
			{ credential },
			{ ...parameters, imageUrl: image, prompt: 'Run', options: {} },
		);
		const { path, ...workflow } = made;
		const { id } = await listen(testServer, {
			...workflow,
			connections: { ...workflow.connections, [TRIGGER]: leadsTo(HAPPY_HORSE) },
		});
		await n8n.client.waitForWebhook(path);
		await n8n.client.sendToWebhook(path, { body: { items: batch(1) } });
		const [execution] = await until('the trigger has started an execution', async () => {
			const ended = triggered(n8n, id).filter(({ status }) => status !== 'running');
			return ended.length > 0 && ended;
		});
		expect(execution!.status).toBe('error');
		expect(`${execution!.error?.message} ${execution!.error?.description}`).toMatch(
			/Happy Horse Trigger of this workflow started this execution.*Nothing was created or charged/,
		);
		expect((await sandbox.control.state()).posts).toHaveLength(1);
	});
});

describe('Bad input', () => {
	it('an idempotency key that is wrong for one item stops the run', async () => {
		const mustBe = "'Idempotency Key' must be a text";
		const rows: Array<[unknown, string]> = [
			['', `${mustBe}, but it is empty`],
			['   ', `${mustBe}, not "   "`],
			[undefined, `${mustBe}, but it is empty`],
			[{ row: 1 }, `${mustBe}, not an object`],
			[['row'], `${mustBe}, not a list`],
			['k'.repeat(257), "'Idempotency Key' may have at most 256 characters, but it has 257"],
		];
		const cases = rows.map(([key, says], index): [string, Case] => [
			`key ${index}`,
			{
				parameters: { ...CREATE, options: { idempotencyKey: '={{ $json.key }}' } },
				items: batch(3, { key: 'a' }, { key }, { key: 'c' }),
				says: [says, FREE],
			},
		]);
		await expectAllRejected(Object.fromEntries(cases));
	});

	it('such an item fails alone when the node continues with failed items', async () => {
		const items = batch(3, { key: 'k'.repeat(256) }, { key: '' }, { key: 7 });
		const done = await run(
			{ ...CREATE, options: { idempotencyKey: '={{ $json.key }}' } },
			{ items, onError: 'continueRegularOutput' },
		);
		expect(done.status).toBe('success');
		expect(jsonsOf(done).map(({ error }) => error === undefined)).toEqual([true, false, true]);
		const { acceptedPerImage } = await testServer.sandbox.control.state();
		expect(acceptedPerImage).toEqual({ [items[0]!.image]: 1, [items[2]!.image]: 1 });
	});

	it('a Max Total Duration that is no number of seconds is rejected', async () => {
		const cases = [0, -5, 'a minute', { seconds: 60 }].map((max, index): [string, Case] => [
			`limit ${index}`,
			{
				parameters: { ...CREATE, options: { maxTotalDuration: '={{ $json.max }}' } },
				items: batch(1, { max }),
				says: ["'Max Total Duration' must be a number from 1 to 86,400 seconds"],
			},
		]);
		await expectAllRejected(Object.fromEntries(cases));
	});

	it('a run that is longer than Max Total Duration is rejected as a whole', async () => {
		const items = batch(3, ...[3, 4, 3].map((duration) => ({ duration })));
		const parameters = { ...CREATE, duration: '={{ $json.duration }}' };
		const run9 = await run({ ...parameters, options: { maxTotalDuration: 9 } }, { items });
		await expectRejected(run9, "'Max Total Duration'", '10 seconds', '9 seconds', FREE);
		const run10 = await run({ ...parameters, options: { maxTotalDuration: 10 } }, { items });
		expect([run10.status, (await posts()).length]).toEqual(['success', 3]);
	});

	it('the same holds for Dry Run, and where the node continues with failed items', async () => {
		const options = { maxTotalDuration: 8 };
		await expectRejected(
			await run({ ...CREATE, options: { ...options, dryRun: true } }),
			"'Max Total Duration'",
		);
		const parameters = createFromItem({ options });
		const workflow = await testServer.publishNode({ parameters, onError: 'continueRegularOutput' });
		const done = await workflow.run(batch(3).map(({ image }) => requestItem(image)));
		expect(JSON.stringify(done.runData[HAPPY_HORSE])).toContain("'Max Total Duration' allows");
		expect(await posts()).toEqual([]);
	});
});
