import type { Polling } from '../../../nodes/HappyHorse/waiting/polling';
import { pollUntilFinal } from '../../../nodes/HappyHorse/waiting/polling';
import { TaskWatch } from '../../../nodes/HappyHorse/waiting/taskWatch';
import type { Task } from '../../../nodes/HappyHorse/tasks/task';
import { ValidationError } from '../../../nodes/HappyHorse/validationError';
import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import type { Api } from '../../../nodes/HappyHorse/http/apiClient';
import { withRetries } from '../../../nodes/HappyHorse/http/withRetries';
import { FakeClock, START } from '../support/fakeClock';
import type { Listed } from '../support/scriptedApi';
import { keyRejected, outage, scriptedApi, taskApi } from '../support/scriptedApi';

const MINUTE = 60_000;

const references = (count: number) =>
	Array.from(
		{ length: count },
		(_, index) => ({ endpoint: 'image-to-video/happy-horse-1', taskId: `t${index}` }) as const,
	);

interface Changes extends Partial<Polling> {
	known?: ReadonlyMap<string, Task>;
	missingMs?: number;
}

/** Polls to the end, and gives what is known then. */
async function poll(
	api: Api,
	count: number,
	{ clock, known, missingMs = 0, ...changes }: Changes & { clock: FakeClock },
): Promise<TaskWatch> {
	const watch = new TaskWatch(known, missingMs);
	const deadline = START + 30 * MINUTE;
	const polling = { clock, intervalMs: 15_000, deadline, checkAtOnce: false, watch };
	await pollUntilFinal(api, references(count), { ...polling, ...changes });
	return watch;
}

const created = (task_id: string): Task => ({
	task_id,
	status: 'CREATED',
	generated: [],
	extra: {},
});

/** `count` tasks that are finished from a moment on. */
const finishedAfter = (clock: FakeClock, ms: number, count: number) => (): Listed =>
	Object.fromEntries(
		references(count).map(({ taskId }) => [
			taskId,
			clock.time >= START + ms ? 'COMPLETED' : 'IN_PROGRESS',
		]),
	);

it.each([
	[1, 'read'],
	[2, 'list'],
	[80, 'list'],
])('polls with one request a round for %i tasks: a %s', async (count, wanted) => {
	const clock = new FakeClock();
	const { api, sent } = taskApi(finishedAfter(clock, 2 * MINUTE, count));
	const watched = await poll(api, count, { clock });
	expect(watched.open(references(count))).toEqual([]);
	const rounds = sent.slice(0, clock.pauses.length);
	expect(rounds.every(({ purpose }) => purpose === wanted)).toBe(true);
	// A list holds no URLs.
	const reads = sent.slice(clock.pauses.length);
	expect(reads).toHaveLength(wanted === 'list' ? count : 0);
	expect(reads.every(({ purpose }) => purpose === 'read')).toBe(true);
});

it('has the video of a single task as soon as it is finished', async () => {
	const clock = new FakeClock();
	const { api } = taskApi(finishedAfter(clock, MINUTE, 1));
	const watched = await poll(api, 1, { clock });
	expect(watched.taskOf('t0')).toMatchObject({ generated: [expect.stringContaining('http')] });
});

it('pauses first after a create, and longer after a minute', async () => {
	const clock = new FakeClock();
	const { api } = taskApi(finishedAfter(clock, 75_000, 1));
	await poll(api, 1, { clock });
	expect(clock.pauses).toEqual([15_000, 15_000, 15_000, 15_000, 18_750]);
});

it('ends when the time is over, however long the API wants to be left alone', async () => {
	const clock = new FakeClock();
	const { api } = scriptedApi(() => {
		throw new ApiError('Too many', {
			hint: 'Later.',
			kind: 'rate-limited',
			retryable: true,
			cause: { cause: 'rate-limited', retryAfterMs: 80_000 },
		});
	});
	const deadline = START + MINUTE;
	const watched = await poll(withRetries(api, clock), 2, { clock, deadline });
	expect([watched.taskOf('t0'), clock.time]).toEqual([undefined, deadline]);
});

it('polls at once for tasks that were created some time ago', async () => {
	const clock = new FakeClock();
	const { api, sent } = taskApi(finishedAfter(clock, 0, 3));
	await poll(api, 3, { clock, checkAtOnce: true });
	expect([sent.map(({ purpose }) => purpose), clock.pauses]).toEqual([
		['list', 'read', 'read', 'read'],
		[],
	]);
});

it('starts with the plain interval also then', async () => {
	const clock = new FakeClock();
	const { api } = taskApi(finishedAfter(clock, 20_000, 1));
	await poll(api, 1, { clock, checkAtOnce: true });
	expect(clock.pauses).toEqual([15_000, 15_000]);
});

it('sends no request when all is known', async () => {
	const clock = new FakeClock();
	const { api, sent } = taskApi(() => ({}));
	const known = new Map([['t0', { task_id: 't0', status: 'FAILED', generated: [], extra: {} }]]);
	expect((await poll(api, 1, { clock, known })).taskOf('t0')).toMatchObject({ status: 'FAILED' });
	expect(sent).toEqual([]);
});

it.each([6000, 15_000, 100_000])(
	'ends exactly at the deadline, after a last look: %i ms',
	async (ms) => {
		const clock = new FakeClock();
		const lookedAt: number[] = [];
		const { api } = taskApi(() => {
			lookedAt.push(clock.time - START);
			return { t0: 'IN_PROGRESS' };
		});
		const watched = await poll(api, 1, { clock, deadline: START + ms });
		expect(watched.taskOf('t0')).toMatchObject({ status: 'IN_PROGRESS' });
		expect(clock.time).toBe(START + ms);
		expect(lookedAt.at(-1)).toBe(ms);
	},
);

it('does not change the map of what was known', async () => {
	const clock = new FakeClock();
	const known = new Map<string, Task>();
	await poll(taskApi(finishedAfter(clock, 0, 1)).api, 1, { clock, known });
	expect(known.size).toBe(0);
});

it('stops with the words of a cancel, and sends nothing more', async () => {
	const clock = new FakeClock((own) => (own.cancelled = own.pauses.length >= 2));
	const { api, sent } = taskApi(() => ({ t0: 'IN_PROGRESS' }));
	const polling = poll(api, 1, { clock });
	await expect(polling).rejects.toBeInstanceOf(ValidationError);
	await expect(polling).rejects.toMatchObject({
		hint: expect.stringContaining("'Wait'") as string,
	});
	expect(sent).toHaveLength(1);
});

it('waits out an outage', async () => {
	const clock = new FakeClock();
	const finished = finishedAfter(clock, 0, 2);
	const inner = taskApi(finished);
	const { api } = scriptedApi(async (request, index) => {
		if (index < 4) throw outage();
		return await inner.api.send(request);
	});
	const watched = await poll(api, 2, { clock });
	expect(watched.taskOf('t1')).toMatchObject({ status: 'COMPLETED' });
	// Each round of an outage costs a list and one single read, which tells that not only the list fails.
	expect(clock.pauses).toHaveLength(3);
});

it('is left with what it knew when the outage outlasts the wait', async () => {
	const clock = new FakeClock();
	const { api } = scriptedApi(() => {
		throw outage();
	});
	const known = new Map([['t0', created('t0')]]);
	const watched = await poll(api, 2, { clock, known });
	expect(watched.taskOf('t0')).toMatchObject({ status: 'CREATED' });
	expect(watched.taskOf('t1')).toBeUndefined();
});

it('waits at least as long as a rate limit says', async () => {
	const clock = new FakeClock();
	const inner = taskApi(finishedAfter(clock, 0, 1));
	const { api } = scriptedApi(async (request, index) => {
		if (index === 0) throw outage(50_000);
		return await inner.api.send(request);
	});
	await poll(api, 1, { clock });
	expect(clock.pauses[1]).toBeGreaterThanOrEqual(50_000);
});

it.each([1, 2])('ends at once when the key is rejected, with %i tasks', async (count) => {
	const clock = new FakeClock();
	const failure = keyRejected();
	const { api, sent } = scriptedApi(() => {
		throw failure;
	});
	await expect(poll(api, count, { clock })).rejects.toBe(failure);
	expect(sent).toHaveLength(1);
});

it('settles a task that this account cannot see, and continues with the others', async () => {
	const clock = new FakeClock();
	const { api } = taskApi(() => ({ t0: clock.time > START + MINUTE ? 'COMPLETED' : 'CREATED' }));
	const watched = await poll(api, 2, { clock });
	expect(watched.taskOf('t0')).toMatchObject({ status: 'COMPLETED' });
	expect(watched.failureOf('t1')).toBeInstanceOf(ApiError);
});

it('looks for a task of its own that is not found for as long as it is told to', async () => {
	const clock = new FakeClock();
	const { api } = taskApi(() => {
		if (clock.time < START + 2 * MINUTE) return {} as Record<string, string>;
		return { t0: 'COMPLETED' };
	});
	const watched = await poll(api, 1, { clock, missingMs: 5 * MINUTE });
	expect(watched.taskOf('t0')).toMatchObject({ status: 'COMPLETED' });

	const another = new FakeClock();
	const gone = await poll(taskApi(() => ({})).api, 1, { clock: another, missingMs: MINUTE });
	expect(gone.failureOf('t0')).toMatchObject({ statusCode: 404 });
	expect(another.time - START).toBeGreaterThanOrEqual(MINUTE);
	expect(another.time - START).toBeLessThan(3 * MINUTE);
});

it('gets round to every task when the list shows none, with at most ten single reads a round', async () => {
	const clock = new FakeClock();
	const { api, sent } = taskApi(finishedAfter(clock, 0, 45), () => ({}));
	const watched = await poll(api, 45, { clock });
	expect(watched.open(references(45))).toEqual([]);
	expect(sent.filter(({ purpose }) => purpose === 'list')).toHaveLength(5);
	expect(sent.filter(({ purpose }) => purpose === 'read')).toHaveLength(45);
});

it('keeps polling at a status that it does not know', async () => {
	const clock = new FakeClock();
	const { api } = taskApi(() => ({ t0: clock.time > START + MINUTE ? 'COMPLETED' : 'DREAMING' }));
	const watched = await poll(api, 1, { clock });
	expect(watched.taskOf('t0')).toMatchObject({ status: 'COMPLETED' });
});

it('does not let one task without an end spoil the others', async () => {
	const clock = new FakeClock();
	const { api } = taskApi(() => ({ t0: 'COMPLETED', t1: 'IN_PROGRESS', t2: 'FAILED' }));
	const watched = await poll(api, 3, { clock, deadline: START + 5 * MINUTE });
	expect(clock.time).toBe(START + 5 * MINUTE);
	expect(watched.taskOf('t0')?.generated).toHaveLength(1);
	expect(watched.taskOf('t1')?.status).toBe('IN_PROGRESS');
	expect(watched.taskOf('t2')?.status).toBe('FAILED');
});

it('tells the limiter of the account when a response is of no more use', async () => {
	const clock = new FakeClock();
	const { api, sent } = taskApi(() => ({ t0: 'CREATED', t1: 'CREATED' }));
	const deadline = START + MINUTE;
	await poll(api, 2, { clock, deadline });
	expect(sent.length).toBeGreaterThan(3);
	expect(sent.every(({ giveUpAt }) => giveUpAt === deadline + 15_000)).toBe(true);
});
