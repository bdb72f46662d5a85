import fc from 'fast-check';

import type { Task } from '../../../nodes/HappyHorse/tasks/task';
import { isFinal, isWhole } from '../../../nodes/HappyHorse/tasks/task';
import { TaskWatch } from '../../../nodes/HappyHorse/waiting/taskWatch';
import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import { START } from '../support/fakeClock';
import { keyRejected, notFound, videoAt } from '../support/scriptedApi';

const reference = { endpoint: 'image-to-video/happy-horse-1', taskId: 't0' } as const;

const task = (status: string, changes: Partial<Task> = {}): Task => ({
	task_id: 't0',
	status,
	generated: [],
	extra: {},
	...changes,
});

const video = task('COMPLETED', { generated: [videoAt('t0')] });

const isSettled = (watch: TaskWatch) => watch.open([reference]).length === 0;

it.each<[string, Task, boolean]>([
	['a video', video, true],
	['a failure', task('FAILED'), true],
	['a listed failure, whose reason is not known', task('FAILED', { listed: true }), false],
	['a listed completed one, whose URL is not known', task('COMPLETED', { listed: true }), false],
	['one that runs', task('IN_PROGRESS'), false],
	['an unknown word', task('DREAMING'), false],
	['a completed one without a video, at first', task('COMPLETED'), false],
])('is settled by %s: %#', (_, told, settled) => {
	const watch = new TaskWatch();
	watch.learn(told, START);
	expect(isSettled(watch)).toBe(settled);
	expect(isSettled(new TaskWatch(new Map([['t0', told]])))).toBe(settled);
	expect(watch.taskOf('t0')).toBe(told);
});

it('a completed task stays without a video when a read a moment later says the same', () => {
	const watch = new TaskWatch();
	const empty = task('COMPLETED');
	watch.learn(empty, START);
	watch.learn(empty, START + 1499);
	expect(isSettled(watch)).toBe(false);
	watch.learn(empty, START + 1500);
	expect(isSettled(watch)).toBe(true);
});

it('lists say nothing of that, however often', () => {
	const watch = new TaskWatch();
	for (let count = 0; count < 10; count++) {
		watch.learn(task('COMPLETED', { listed: true }), START + count * 60_000);
	}
	expect(isSettled(watch)).toBe(false);
	// Nor does the first read after many of them.
	watch.learn(task('COMPLETED'), START + 600_000);
	expect(isSettled(watch)).toBe(false);
});

describe('a task that cannot be found', () => {
	it.each([
		[0, 0],
		[300_000, 300_000],
	])('is looked for for %i ms', (missingMs, ms) => {
		const watch = new TaskWatch(new Map(), missingMs);
		if (ms > 0) {
			watch.fail('t0', notFound(), START);
			watch.fail('t0', notFound(), START + ms - 1);
			expect(isSettled(watch)).toBe(false);
		}
		const failure = notFound();
		watch.fail('t0', failure, START + ms);
		expect(isSettled(watch)).toBe(true);
		expect(watch.failureOf('t0')).toBe(failure);
	});

	it('is looked for again once it was found', () => {
		const watch = new TaskWatch(new Map(), 1000);
		watch.fail('t0', notFound(), START);
		watch.learn(task('CREATED'), START + 900);
		watch.fail('t0', notFound(), START + 1000);
		expect(isSettled(watch)).toBe(false);
	});

	it.each([notFound(), keyRejected(), new ApiError('x', { hint: 'y', statusCode: 403 })])(
		'or read, is never given up by a wait without an end for that: %p',
		(failure) => {
			const watch = new TaskWatch();
			watch.fail('t0', failure, START);
			watch.fail('t0', failure, START + 86_400_000);
			expect([isSettled(watch), watch.failureOf('t0')]).toEqual([false, undefined]);
		},
	);
});

it('any other rejection settles it at once where there is an end for that', () => {
	const watch = new TaskWatch(new Map(), 300_000);
	const failure = new ApiError('x', { hint: 'y', statusCode: 400 });
	watch.fail('t0', failure, START);
	expect(watch.failureOf('t0')).toBe(failure);
	expect(isSettled(watch)).toBe(true);
});

it('whatever is told in whatever order: what is final stays final, and what is settled stays as it is', () => {
	const news = fc.record({
		status: fc.constantFrom('CREATED', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'DREAMING'),
		hasVideo: fc.boolean(),
		listed: fc.boolean(),
		ms: fc.integer({ min: 0, max: 5000 }),
		fails: fc.constantFrom(undefined, 404, 403),
	});
	fc.assert(
		fc.property(
			fc.array(news, { maxLength: 30 }),
			fc.constantFrom(0, 5000, Infinity),
			(all, missingMs) => {
				const watch = new TaskWatch(new Map(), missingMs);
				let now = START;
				for (const { status, hasVideo, listed, ms, fails } of all) {
					now += ms;
					const before = watch.taskOf('t0');
					const wasSettled = isSettled(watch);
					if (fails) watch.fail('t0', new ApiError('x', { hint: 'y', statusCode: fails }), now);
					else {
						const generated = hasVideo && !listed && status === 'COMPLETED' ? [videoAt('t0')] : [];
						watch.learn(task(status, { generated, ...(listed ? { listed } : {}) }), now);
					}
					const after = watch.taskOf('t0');
					if (before && isFinal(before.status)) expect(isFinal(after!.status)).toBe(true);
					if (wasSettled) {
						expect(isSettled(watch)).toBe(true);
						expect(after).toBe(before);
					}
					if (after && isWhole(after)) expect(isSettled(watch)).toBe(true);
					if (isSettled(watch) && missingMs === Infinity) expect(after?.listed).toBeFalsy();
				}
			},
		),
	);
});
