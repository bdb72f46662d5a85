import type { IContextObject } from 'n8n-workflow';

import type { AwaitedTask } from '../../../nodes/HappyHorse/output/collect';
import type { Wait } from '../../../nodes/HappyHorse/waiting/waitOnce';
import { waitOnce } from '../../../nodes/HappyHorse/waiting/waitOnce';
import { FakeClock, START } from '../support/fakeClock';
import { fakeExecution } from '../support/fakeExecution';
import type { Listed } from '../support/scriptedApi';
import { taskApi } from '../support/scriptedApi';

const MINUTE = 60_000;

const awaited = (...ids: string[]): AwaitedTask[] =>
	ids.map((taskId, item) => ({
		item,
		taskId,
		endpoint: 'image-to-video/happy-horse-1',
		videoOutput: { download: false, property: 'data', maxMegabytes: 5 },
	}));

/** One execution: each try of the node has the same context. */
function execution(statuses: () => Listed) {
	const nodeContext: IContextObject = {};
	const clock = new FakeClock();
	const { api, sent } = taskApi(statuses);
	const { context } = fakeExecution({});
	const tryOnce = async (ids: string[], changes: Partial<Wait> = {}) =>
		await waitOnce({ context, api, clock, toErrorOutput: true }, awaited(...ids), {
			nodeContext,
			run: 0,
			maxWaitMs: 10 * MINUTE,
			intervalMs: 15_000,
			checkAtOnce: true,
			missingMs: 0,
			known: new Map(),
			unreadable: () => null,
			...changes,
		});
	return { tryOnce, clock, sent };
}

it('gives items in the order of the tasks', async () => {
	const { tryOnce } = execution(() => ({ b: 'COMPLETED', a: 'FAILED' }));
	const items = await tryOnce(['a', 'b']);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	expect(items[0]?.json).toMatchObject({ details: { task_id: 'a', status: 'FAILED' } });
	expect(items[1]?.json).toMatchObject({ task_id: 'b', status: 'COMPLETED' });
});

it('sends no request in a second try of the same run, which gives the same', async () => {
	const { tryOnce, sent, clock } = execution(() => ({ a: 'FAILED', b: 'COMPLETED' }));
	const first = await tryOnce(['a', 'b']);
	const [sentBefore, time] = [sent.length, clock.time];
	expect(await tryOnce(['a', 'b'])).toEqual(first);
	expect([sent.length, clock.time]).toEqual([sentBefore, time]);
});

it('does not wait a second time for what was not finished in time', async () => {
	const { tryOnce, clock } = execution(() => ({ a: 'IN_PROGRESS' }));
	const first = await tryOnce(['a']);
	const waited = clock.time - START;
	expect(waited).toBeGreaterThanOrEqual(10 * MINUTE);
	expect(await tryOnce(['a'])).toEqual(first);
	expect(clock.time - START).toBe(waited);
});

it('gives copies, since n8n changes the items that it is given', async () => {
	const { tryOnce } = execution(() => ({ a: 'COMPLETED' }));
	const [first] = await tryOnce(['a']);
	first!.pairedItem = { item: 99 };
	expect((await tryOnce(['a']))[0]?.pairedItem).toEqual({ item: 0 });
});

it('waits for a task that the first try did not have', async () => {
	const { tryOnce, sent } = execution(() => ({ a: 'COMPLETED', b: 'COMPLETED' }));
	await tryOnce(['a']);
	const sentBefore = sent.length;
	expect((await tryOnce(['a', 'b']))[1]?.json).toMatchObject({ task_id: 'b' });
	expect(sent.length).toBeGreaterThan(sentBefore);
});

it('continues to the same end when a try was broken off', async () => {
	let broken = true;
	const { tryOnce, clock } = execution(() => {
		if (broken && clock.time - START > 4 * MINUTE) throw new Error('bug');
		return { a: 'IN_PROGRESS' };
	});
	await tryOnce(['a']).catch(() => {});
	broken = false;
	await tryOnce(['a']);
	expect(clock.time - START).toBeLessThan(11 * MINUTE);
});

it.each<[string, Partial<Wait>]>([
	['the next round of a loop', { run: 1 }],
	['another execution', { nodeContext: {} }],
])('waits again in %s', async (_, changes) => {
	const { tryOnce, sent } = execution(() => ({ a: 'COMPLETED' }));
	await tryOnce(['a']);
	const sentBefore = sent.length;
	await tryOnce(['a'], changes);
	expect(sent.length).toBe(sentBefore * 2);
});

it('keeps what is said of a task that this account cannot see', async () => {
	const { tryOnce, sent } = execution(() => ({}));
	const unreadable = jest.fn(() => ({ json: { error: 'no such task' } }));
	const first = await tryOnce(['a'], { unreadable });
	expect(first).toEqual([{ json: { error: 'no such task' } }]);
	const sentBefore = sent.length;
	expect(await tryOnce(['a'], { unreadable })).toEqual(first);
	expect([sent.length, unreadable.mock.calls.length]).toEqual([sentBefore, 1]);
});

it('shows a task that cannot be read as unfinished, with its ID', async () => {
	const { tryOnce } = execution(() => ({}));
	const [item] = await tryOnce(['a']);
	expect(item?.json).toMatchObject({ details: { task_id: 'a', timed_out: true } });
});

it('has nothing to wait for without tasks', async () => {
	const { tryOnce, sent } = execution(() => ({}));
	expect(await tryOnce([])).toEqual([]);
	expect(sent).toEqual([]);
});
