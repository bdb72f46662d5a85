import type { ApiRequest } from '../../../nodes/HappyHorse/http/apiClient';
import { pollBeforeSuspending } from '../../../nodes/HappyHorse/waiting/pollBeforeSuspending';
import { isUnfinished } from '../../../nodes/HappyHorse/waiting/pollOnce';
import { FakeClock, START } from '../support/fakeClock';
import type { Listed } from '../support/scriptedApi';
import { keyRejected, notFound, outage, scriptedApi, taskApi } from '../support/scriptedApi';

const references = (count: number) =>
	Array.from(
		{ length: count },
		(_, index) => ({ endpoint: 'image-to-video/happy-horse-1', taskId: `t${index}` }) as const,
	);

async function before(
	statuses: Listed,
	respond: (request: ApiRequest, clock: FakeClock) => unknown = () => undefined,
) {
	const clock = new FakeClock();
	const inner = taskApi(() => statuses);
	const { api, sent, count } = scriptedApi(
		async (request) => respond(request, clock) ?? (await inner.api.send(request)),
	);
	const all = references(Object.keys(statuses).length);
	const watch = await pollBeforeSuspending({ api, clock, end: START + 60_000 }, all);
	const open = watch.open(all).map(({ taskId }) => taskId);
	return { watch, sent, count, open, passed: clock.time - START };
}

it.each([1, 2, 100])('costs one list while %i tasks are on their way', async (count) => {
	const statuses = Object.fromEntries(references(count).map(({ taskId }) => [taskId, 'CREATED']));
	const { sent, watch } = await before(statuses);
	expect(sent.map(({ purpose }) => purpose)).toEqual(['list']);
	expect(isUnfinished(watch.taskOf('t0'))).toBe(true);
});

it('reads no video while a task is unfinished: that one may end meanwhile, unheard', async () => {
	const { sent, watch } = await before({ t0: 'COMPLETED', t1: 'CREATED', t2: 'COMPLETED' });
	expect(sent.map(({ purpose }) => purpose)).toEqual(['list']);
	expect(watch.taskOf('t0')?.status).toBe('COMPLETED');
});

it('reads all when all are finished', async () => {
	const { open, count } = await before({ t0: 'COMPLETED', t1: 'FAILED', t2: 'COMPLETED' });
	expect([open, count('list'), count('read')]).toEqual([[], 1, 3]);
});

it('polls on for some time while the API cannot respond', async () => {
	const { passed, watch } = await before({ t0: 'CREATED', t1: 'CREATED' }, (_, clock) => {
		if (clock.time < START + 20_000) throw outage();
		return undefined;
	});
	expect(passed).toBe(20_000);
	expect(isUnfinished(watch.taskOf('t1'))).toBe(true);
});

it('but not longer than the wait', async () => {
	const { passed, watch } = await before({ t0: 'CREATED', t1: 'CREATED' }, () => {
		throw outage();
	});
	expect(passed).toBe(60_000);
	expect(watch.taskOf('t0')).toBeUndefined();
});

it('does not poll on once the execution is cancelled', async () => {
	const { passed, count } = await before({ t0: 'CREATED', t1: 'CREATED' }, (_, clock) => {
		clock.cancelled = true;
		throw outage();
	});
	expect([passed, count('list')]).toEqual([0, 1]);
});

it('does not poll on when the API never will respond', async () => {
	const { passed, sent } = await before({ t0: 'CREATED', t1: 'CREATED' }, () => {
		throw keyRejected();
	});
	expect([passed, sent.length]).toEqual([0, 1]);
});

it('finds one that is on its way without a list', async () => {
	const { watch, count } = await before(
		{ t0: 'COMPLETED', t1: 'COMPLETED', t2: 'CREATED' },
		({ purpose }) => (purpose === 'list' ? { data: [] } : undefined),
	);
	// The task that was created last is the likeliest one to be unfinished.
	expect([count('list'), count('read')]).toEqual([1, 1]);
	expect(isUnfinished(watch.taskOf('t2'))).toBe(true);
});

it('stops at a task that the API does not find yet', async () => {
	const { watch, sent } = await before({ t0: 'CREATED', t1: 'CREATED' }, ({ purpose }) => {
		if (purpose === 'list') return { data: [] };
		throw notFound();
	});
	expect(sent.length).toBeLessThanOrEqual(3);
	expect(watch.taskOf('t1')).toBeUndefined();
});

it.each([
	['CREATED', true],
	['DREAMING', true],
	['COMPLETED', false],
	['FAILED', false],
])('%s is unfinished: %p', (status, wanted) => {
	expect(isUnfinished({ task_id: 't0', status, generated: [], extra: {} })).toBe(wanted);
	expect(isUnfinished(undefined)).toBe(false);
});
