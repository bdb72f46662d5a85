import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { itemsOf } from '../../../sandbox/n8n/execution';
import { byHand } from '../support/workflows/manualWorkflow';
import { createdFor } from '../support/assertions/created';
import { branchNode, branchOf, publishBranches } from '../support/workflows/workflowBranches';
import type { PublishedWorkflow } from '../support/testServer/testServer';
import { useOwnServer } from '../support/testServer/useTestServer';
import {
	webhooksHandled,
	expectNoSecrets,
	jsonsOf,
	storedVideo,
	suspended,
	until,
} from '../support/assertions/watching';
import { createAndWait, HAPPY_HORSE, images, workflowWith } from '../support/workflows/workflow';

const testServer = useOwnServer();

const CREATE = { operation: 'create', callback: 'none' };

const KEYED = { options: { idempotencyKey: '={{ $json.key }}', pollInterval: 5 } };

interface Row {
	name: string;
	image: string;
	key: string;
}

const rowsOf = (amount: number): Row[] =>
	images(testServer.sandbox.url, amount).map((each, index) => ({ ...each, key: `row ${index}` }));

const publish = async (parameters: Record<string, unknown> = CREATE): Promise<PublishedWorkflow> =>
	await testServer.publishNode({ parameters: createAndWait({ ...parameters, ...KEYED }) });

const accepted = async () => (await testServer.sandbox.control.state()).acceptedPosts;

const ended = async (id: string) =>
	await testServer.n8n.client.waitForExecution(id, { timeoutMs: 90_000 });

/** Whether each item of a run was taken up from an earlier request. */
async function reusedBy(running: Promise<string>): Promise<boolean[]> {
	const execution = await ended(await running);
	expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
	return jsonsOf(execution).map(({ reused }) => reused === true);
}

const finished = async () =>
	await until('all tasks are finished', async () =>
		(await testServer.sandbox.control.state()).tasks.every(({ status }) => status === 'COMPLETED'),
	);

describe('After n8n was started again, one key and one request', () => {
	it('are paid once by an execution a week later', async () => {
		const rows = rowsOf(3);
		const workflow = await publish();
		await workflow.run(rows);
		// The node never looks at the age of a row, and n8n deletes none: an old row is all that a week leaves.
		const database = new DatabaseSync(testServer.n8n.databasePath, { timeout: 20_000 });
		const { changes } = database
			.prepare(
				"UPDATE processed_data SET createdAt = datetime('now', '-8 days'), updatedAt = datetime('now', '-8 days') WHERE workflowId = ?",
			)
			.run(workflow.id);
		database.close();
		expect(Number(changes)).toBeGreaterThanOrEqual(rows.length);
		await testServer.n8n.restart();
		const later = await workflow.run(rows);
		expect(jsonsOf(later).map(({ reused }) => reused)).toEqual(rows.map(() => true));
		expect(await accepted()).toBe(3);
	});
});

/** Waits for a minute until it gives up: the other tests run meanwhile. */

describe('A key whose first response was lost', () => {
	it('is never sent again, and each later execution says at once what to do', async () => {
		const { control } = testServer.sandbox;
		await control.rules({ on: 'create', times: 1, do: { reset: 'afterProcessing' } });
		const workflow = await publish();
		expect((await workflow.run(rowsOf(1))).status).toBe('error');
		for (let later = 0; later < 2; later++) {
			const started = Date.now();
			const { status, error } = await workflow.run(rowsOf(1));
			expect(Date.now() - started).toBeLessThan(30_000);
			expect(status).toBe('error');
			expect(error?.message).toBe('An earlier try of this item may have created its video');
			expect(error?.description).toMatch(/Get Many.*another 'Idempotency Key'/);
		}
		expect((await control.state()).posts).toHaveLength(1);
	});
});

describe('One key and one request', () => {
	it('are paid once by two executions at the same moment and a third one later', async () => {
		const rows = rowsOf(7);
		await testServer.sandbox.control.rules({ on: 'create', do: { delayMs: 300 } });
		const workflow = await publish();
		const one = await workflow.start(rows);
		const two = await workflow.start(rows);
		const both = await Promise.all([one, two].map(ended));
		expect(both.map(({ status }) => status)).toEqual(['success', 'success']);
		const [first, second] = both.map((execution) => jsonsOf(execution));
		expect(first!.map(({ task_id }) => task_id)).toEqual(second!.map(({ task_id }) => task_id));
		// Each row was created by one of them and taken up by the other.
		expect(first!.map(({ reused }, index) => [reused, second![index]!.reused])).toEqual(
			rows.map(() => expect.arrayContaining([true, undefined])),
		);
		await finished();
		const third = await workflow.run(rows);
		expect(jsonsOf(third)).toEqual(
			first!.map(({ task_id }) =>
				expect.objectContaining({
					...{ task_id, reused: true, status: 'COMPLETED' },
					video_url: expect.stringMatching(/^http/),
				}),
			),
		);
		expect(await createdFor(testServer.sandbox.control, rows)).toEqual(rows.map(() => 1));
		expectNoSecrets(testServer, third);
	});

	it('come out twice, paid once, where two items of a batch have them', async () => {
		const [row] = rowsOf(1);
		const workflow = await publish();
		const done = await workflow.run([row, row, row]);
		expect(done.status).toBe('success');
		const out = jsonsOf(done);
		expect(new Set(out.map(({ task_id }) => task_id)).size).toBe(1);
		expect(out).toHaveLength(3);
		expect(out.filter(({ reused }) => reused === true)).toHaveLength(2);
		expect(await accepted()).toBe(1);
	});

	it('are waited for while the request of another execution is on its way', async () => {
		await testServer.sandbox.control.rules({ on: 'create', do: { delayMs: 3000 } });
		const workflow = await publish();
		const one = await workflow.start(rowsOf(1));
		await sleep(1000);
		const two = await workflow.start(rowsOf(1));
		expect(await reusedBy(Promise.resolve(two))).toEqual([true]);
		expect(await reusedBy(Promise.resolve(one))).toEqual([false]);
		expect(await accepted()).toBe(1);
	});

	it('are created again by the next execution after the video failed', async () => {
		const rows = rowsOf(2);
		await testServer.sandbox.control.rules({
			...{ on: 'create', where: { imageUrl: rows[0]!.image } },
			...{ times: 1, do: { outcome: 'FAILED', seconds: 1 } },
		});
		const workflow = await publish();
		expect(await reusedBy(workflow.start(rows))).toEqual([false, false]);
		await sleep(500);
		expect(await reusedBy(workflow.start(rows))).toEqual([false, true]);
		expect(await reusedBy(workflow.start(rows))).toEqual([true, true]);
		expect(await createdFor(testServer.sandbox.control, rows)).toEqual([2, 1]);
	});

	it('are free for the next execution after the request was rejected', async () => {
		const response = { status: 400, body: { message: 'Not now' } };
		await testServer.sandbox.control.rules({ on: 'create', times: 1, do: { response: response } });
		const workflow = await publish();
		expect((await workflow.run(rowsOf(1))).status).toBe('error');
		expect(await reusedBy(workflow.start(rowsOf(1)))).toEqual([false]);
		expect(await accepted()).toBe(1);
	});

	it('are not claimed by a dry run', async () => {
		const { credential } = testServer;
		const [row] = rowsOf(1);
		const options = { ...KEYED.options, dryRun: '={{ $json.dry }}' };
		const parameters = createAndWait({ ...CREATE, options });
		const workflow = await testServer.publish(workflowWith({ credential, parameters }));
		const dry = await workflow.run([{ ...row, dry: true }]);
		expect(jsonsOf(dry)).toEqual([expect.objectContaining({ dry_run: true })]);
		expect(await accepted()).toBe(0);
		expect(await reusedBy(workflow.start([{ ...row, dry: false }]))).toEqual([false]);
		expect(await reusedBy(workflow.start([{ ...row, dry: false }]))).toEqual([true]);
		expect(await accepted()).toBe(1);
	});

	it('are paid once by three runs of the node while the workflow is being built', async () => {
		const { credential, n8n } = testServer;
		const parameters = createAndWait({ ...CREATE, ...KEYED });
		const rows = rowsOf(2);
		const workflow = byHand(workflowWith({ credential, parameters }), rows);
		const id = await n8n.client.importWorkflow({ ...workflow }, { activate: false });
		for (const again of [false, true, true]) {
			const run = await ended(await n8n.client.runManually(id, { destinationNode: HAPPY_HORSE }));
			expect(run.status).toBe('success');
			expect(jsonsOf(run).map(({ reused }) => reused === true)).toEqual([again, again]);
		}
		expect(await accepted()).toBe(2);
	});
});

describe('What makes it another request', () => {
	it('another prompt, another image, another length, another key', async () => {
		const [row] = rowsOf(1);
		const parameters = { ...CREATE, duration: '={{ $json.seconds }}' };
		const workflow = await publish(parameters);
		const others = [
			{ ...row, seconds: 3 },
			{ ...row, seconds: 3, name: 'Another prompt' },
			{ ...row, seconds: 3, image: `${row!.image}&other` },
			{ ...row, seconds: 4 },
			{ ...row, seconds: 3, key: 'another key' },
		];
		for (const other of others) {
			expect(await reusedBy(workflow.start([other]))).toEqual([false]);
		}
		expect(await accepted()).toBe(others.length);
		expect(await reusedBy(workflow.start(others))).toEqual(others.map(() => true));
		expect(await accepted()).toBe(others.length);
	});

	it('a copy of the workflow', async () => {
		const [one, copy] = [await publish(), await publish()];
		expect(await reusedBy(one.start(rowsOf(1)))).toEqual([false]);
		expect(await reusedBy(copy.start(rowsOf(1)))).toEqual([false]);
		expect(await accepted()).toBe(2);
	});

	it('another credential, but not another node of the workflow', async () => {
		const { credential, sandbox } = testServer;
		const { url: baseUrl, key: apiKey } = sandbox;
		const second = await testServer.addCredential({ provider: 'custom', baseUrl, apiKey });
		const parameters = createAndWait({ ...CREATE, ...KEYED });
		const branches = await publishBranches(testServer, [
			{ name: 'one', credential, parameters },
			{ name: 'two', credential: second, parameters },
			{ name: 'three', credential, parameters },
		]);
		const reused: Record<string, unknown> = {};
		for (const [index, branch] of ['one', 'two', 'three'].entries()) {
			await branches.start(branch, rowsOf(1));
			const executions = await branches.ended(index + 1, 60_000);
			const own = executions.find((execution) => branchOf(execution) === branch)!;
			expect(own.status).toBe('success');
			reused[branch] = jsonsOf(own, branchNode(branch))[0]!.reused;
		}
		expect(reused).toEqual({ one: undefined, two: undefined, three: true });
		expect(await accepted()).toBe(2);
	});
});

describe('Create and Wait with a task that another execution waits for', () => {
	it('polls until it is finished, though its webhooks go elsewhere', async () => {
		const { control } = testServer.sandbox;
		await control.rules({ on: 'create', do: { hold: true } });
		const workflow = await publish({ waitUsing: 'webhook' });
		const one = await workflow.start(rowsOf(2));
		expect((await suspended(testServer, one)).status).toBe('waiting');
		const two = await workflow.start(rowsOf(2));
		await until('the second has looked', async () => {
			const { requests, now } = await control.state();
			return requests.some(({ method, path, at }) => {
				return method === 'GET' && path.startsWith('/v1/ai/image-to-video/') && now - at < 1000;
			});
		});
		expect(await testServer.n8n.client.executionStatus(two)).toBe('running');
		const { tasks } = await control.state();
		expect(tasks).toHaveLength(2);
		for (const { taskId } of tasks) await control.advance(taskId, 'COMPLETED');
		const [first, second] = await Promise.all([one, two].map(ended));
		for (const [execution, reused] of [[first!, undefined] as const, [second!, true] as const]) {
			expect(execution.status).toBe('success');
			expect(jsonsOf(execution)).toEqual(
				[0, 1].map(() =>
					expect.objectContaining({
						...{ status: 'COMPLETED', timed_out: false },
						video_url: expect.stringMatching(/^http/),
						...(reused ? { reused } : {}),
					}),
				),
			);
			for (const item of itemsOf(execution, HAPPY_HORSE)) {
				expect((await storedVideo(testServer, item)).length).toBeGreaterThan(1000);
			}
		}
		expect(jsonsOf(first!).map(({ reused }) => reused)).toEqual([undefined, undefined]);
		expect(await accepted()).toBe(2);
		await webhooksHandled(control);
	});
});
