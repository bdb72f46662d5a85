import { START } from '../support/fakeClock';
import fc from 'fast-check';

import { isFinal } from '../../../nodes/HappyHorse/tasks/task';
import type { Fault } from './settlingScene';
import { MINUTE, settlingScene, taskId } from './settlingScene';

const NEVER = Infinity;

describe('signed webhooks', () => {
	it('are the truth: no request at all', async () => {
		const scene = settlingScene({ finishedAtMs: [0, 0, 5000], failed: [1] });
		scene.webhook(0, true);
		const result = scene.run();
		scene.webhook(1, true);
		await scene.clock.pause(5000);
		scene.webhook(2, true);
		expect(await result).toBe('settled');
		expect(scene.sent).toEqual([]);
		expect(scene.settling.watch.taskOf('t1')).toMatchObject({ status: 'FAILED' });
	});

	it('that hold no video are read', async () => {
		const scene = settlingScene({ finishedAtMs: [0] });
		scene.webhook(0, true, { ...scene.truth(0), generated: [] });
		expect(await scene.run()).toBe('settled');
		expect(scene.readsOf(0)).toBe(1);
		expect(scene.settling.watch.taskOf('t0')?.generated).toHaveLength(1);
	});

	it('are not undone by an API that lags behind', async () => {
		const scene = settlingScene({ finishedAtMs: [0, NEVER], lagMs: 5 * MINUTE, endsAtMs: MINUTE });
		scene.webhook(0, true);
		expect(await scene.run()).toBe('ended');
		expect(scene.settling.watch.taskOf('t0')?.status).toBe('COMPLETED');
		expect(scene.readsOf(0)).toBe(0);
	});
});

describe('unsigned webhooks', () => {
	it('say that there is something to read, once for each task', async () => {
		const scene = settlingScene({ finishedAtMs: [0, 0] });
		scene.webhook(0, false);
		scene.webhook(1, false);
		expect(await scene.run()).toBe('settled');
		expect([scene.readsOf(0), scene.readsOf(1), scene.count('list')]).toEqual([1, 1, 0]);
	});

	it('that lie change nothing: the API is polled, and what it says counts', async () => {
		const scene = settlingScene({ finishedAtMs: [NEVER], endsAtMs: 2 * MINUTE });
		const lie = { ...scene.truth(0), status: 'COMPLETED', generated: ['https://evil.example/x'] };
		scene.webhook(0, false, lie);
		expect(await scene.run()).toBe('ended');
		expect(scene.settling.watch.taskOf('t0')).toMatchObject({
			status: 'IN_PROGRESS',
			generated: [],
		});
	});

	it('again and again for the same task do not make it be read each time', async () => {
		const scene = settlingScene({ finishedAtMs: [NEVER], endsAtMs: 2 * MINUTE });
		scene.webhook(0, false, scene.truth(0));
		const result = scene.run();
		for (let count = 0; count < 500; count++) {
			scene.webhook(0, false, scene.truth(0));
			await scene.clock.pause(100);
		}
		expect(await result).toBe('ended');
		// At 1.5 s, 3 s, 6 s, 12 s and then every 15 s.
		expect(scene.readsOf(0)).toBeLessThanOrEqual(14);
	});
});

it('reads first what was final before the execution was suspended: its webhook came too early', async () => {
	const scene = settlingScene({ finishedAtMs: [0, 0], finalBefore: [taskId(1)] });
	scene.webhook(0, true);
	expect(await scene.run()).toBe('settled');
	expect([scene.readsOf(0), scene.readsOf(1)]).toEqual([0, 1]);
	expect(scene.passed()).toBeLessThan(1000);
});

it.each([2000, 10_000, 60_000])(
	'R21: keeps polling an API that lags %i ms behind its webhook, without a second one',
	async (lagMs) => {
		const scene = settlingScene({ finishedAtMs: [0], lagMs });
		scene.webhook(0, false);
		expect(await scene.run()).toBe('settled');
		expect(scene.passed()).toBeGreaterThanOrEqual(lagMs);
		expect(scene.passed()).toBeLessThanOrEqual(lagMs + 16_000);
		expect(scene.readsOf(0)).toBeLessThanOrEqual(12);
	},
);

it.each<Fault>(['down', '429', 'not found'])(
	'R16: survives a minute of "%s" right after the webhook',
	async (kind) => {
		const scene = settlingScene({
			finishedAtMs: [0, 0],
			troubles: [{ kind, fromMs: 0, toMs: MINUTE }],
		});
		scene.webhook(0, false);
		scene.webhook(1, false);
		expect(await scene.run()).toBe('settled');
		expect(scene.passed()).toBeLessThanOrEqual(MINUTE + 16_000);
	},
);

it('finds a task whose webhook was lost', async () => {
	const scene = settlingScene({ finishedAtMs: [0, 1000, 1000] });
	scene.webhook(0, true);
	expect(await scene.run()).toBe('settled');
	expect(scene.passed()).toBeLessThanOrEqual(21_000);
	expect([scene.readsOf(0), scene.count('list')]).toEqual([0, 1]);
});

it.each([2, 20])('finds it without a list, among %i tasks', async (count) => {
	const scene = settlingScene({
		finishedAtMs: Array<number>(count).fill(0),
		troubles: [{ kind: 'no list', fromMs: 0, toMs: NEVER }],
	});
	scene.webhook(0, true);
	expect(await scene.run()).toBe('settled');
});

it('looks less often the longer nothing happens', async () => {
	const scene = settlingScene({ finishedAtMs: [0, NEVER, NEVER] });
	scene.webhook(0, true);
	expect(await scene.run()).toBe('ended');
	const gaps = scene.checks.map((at, index) => at - (scene.checks[index - 1] ?? 0));
	expect(gaps[0]).toBeGreaterThanOrEqual(20_000);
	expect(gaps.every((gap, index) => index === 0 || gap >= gaps[index - 1]! - 1500)).toBe(true);
	expect(Math.max(...gaps)).toBeLessThanOrEqual(32_000);
	expect(scene.count('list')).toBeLessThanOrEqual(62);
});

it('ends at the end, with what is there', async () => {
	const scene = settlingScene({ finishedAtMs: [0, NEVER], endsAtMs: 90_000 });
	scene.webhook(0, true);
	expect(await scene.run()).toBe('ended');
	expect(scene.passed()).toBeGreaterThanOrEqual(90_000);
	expect(scene.passed()).toBeLessThan(92_000);
	expect(scene.settling.watch.open(scene.awaited)).toHaveLength(1);
});

it('reads a webhook that comes after the end, once', async () => {
	const scene = settlingScene({ finishedAtMs: [0, NEVER], endsAtMs: -1 });
	scene.webhook(0, false);
	expect(await scene.run()).toBe('ended');
	expect([scene.readsOf(0), scene.sent.length]).toEqual([1, 1]);
	expect(scene.settling.watch.taskOf('t0')?.status).toBe('COMPLETED');
});

it('waits for no response past the end, unless the webhook itself came after it', async () => {
	const before = settlingScene({ finishedAtMs: [0, NEVER], endsAtMs: MINUTE });
	before.webhook(0, false);
	expect(await before.run()).toBe('ended');
	expect(new Set(before.sent.map(({ giveUpAt }) => giveUpAt))).toEqual(new Set([START + MINUTE]));
	const after = settlingScene({ finishedAtMs: [0, NEVER], endsAtMs: -1 });
	after.webhook(0, false);
	expect(await after.run()).toBe('ended');
	expect(after.sent.map(({ giveUpAt }) => giveUpAt)).toEqual([undefined]);
});

describe('an execution that is continued elsewhere', () => {
	it('is noticed before the next look, and costs no request', async () => {
		const scene = settlingScene({ finishedAtMs: [0, NEVER], isWaiting: () => false });
		scene.webhook(0, true);
		expect(await scene.run()).toBe('gone');
		expect([scene.passed() < 22_000, scene.sent]).toEqual([true, []]);
	});

	it('is not kept open for where n8n cannot be reached', async () => {
		const scene = settlingScene({ finishedAtMs: [0, NEVER], isWaiting: () => null });
		scene.webhook(0, true);
		expect(await scene.run()).toBe('released');
		expect(scene.passed()).toBeLessThan(22_000);
	});

	it('is kept open for while a webhook has named a task that is not settled', async () => {
		const scene = settlingScene({ finishedAtMs: [0], lagMs: 2 * MINUTE, isWaiting: () => null });
		scene.webhook(0, false);
		expect(await scene.run()).toBe('settled');
	});
});

describe('released', () => {
	it('ends at once, keeps what it knows, and continues with the next webhook', async () => {
		const scene = settlingScene({ finishedAtMs: [0, 5000] });
		scene.webhook(0, true);
		const first = scene.run();
		await scene.clock.pause(3000);
		scene.settling.release();
		expect(await first).toBe('released');
		expect(scene.passed()).toBeLessThan(3100);
		await scene.clock.pause(5000);
		scene.webhook(1, true);
		expect(await scene.run()).toBe('settled');
		expect(scene.sent).toEqual([]);
	});

	it('it still ends as settled when there is nothing more to find out', async () => {
		const scene = settlingScene({ finishedAtMs: [0] });
		scene.webhook(0, true);
		scene.settling.release();
		expect(await scene.run()).toBe('settled');
	});
});

it('is complete when each task is settled or has had its webhook', () => {
	const scene = settlingScene({ finishedAtMs: [0, 0, 0] });
	scene.webhook(0, true);
	scene.webhook(1, false);
	expect(scene.settling.isComplete).toBe(false);
	scene.webhook(2, false);
	expect(scene.settling.isComplete).toBe(true);
});

describe('whatever the API and the webhooks do', () => {
	const task = fc.record({
		finishedAtMs: fc.integer({ min: 0, max: 3 * MINUTE }),
		isFailed: fc.boolean(),
		isSigned: fc.boolean(),
		/** `null`: the webhook is lost. */
		delayMs: fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: null, freq: 3 }),
	});
	const trouble = fc
		.record({
			fromMs: fc.integer({ min: 0, max: 4 * MINUTE }),
			forMs: fc.integer({ min: 0, max: 90_000 }),
			kind: fc.constantFrom<Fault>('down', '429', 'not found', 'no list'),
		})
		.map(({ fromMs, forMs, kind }) => ({ fromMs, toMs: fromMs + forMs, kind }));
	const world = fc.record({
		tasks: fc.array(task, { minLength: 1, maxLength: 12 }),
		troubles: fc.array(trouble, { maxLength: 3 }),
		lagMs: fc.constantFrom(0, 0, 2000, 10_000, 60_000),
		endsAtMs: fc.constantFrom(30 * MINUTE, 30 * MINUTE, 2 * MINUTE),
		lies: fc.array(
			fc.record({
				atMs: fc.integer({ min: 0, max: 4 * MINUTE }),
				index: fc.integer({ min: 0, max: 11 }),
			}),
			{ maxLength: 5 },
		),
		wakeUps: fc.array(fc.integer({ min: 0, max: 4 * MINUTE }), { maxLength: 3 }),
	});

	it('it ends when all is known, or at the end, and says what is true', async () => {
		await fc.assert(
			fc.asyncProperty(world, async ({ tasks, troubles, lagMs, endsAtMs, lies, wakeUps }) => {
				const scene = settlingScene({
					finishedAtMs: tasks.map(({ finishedAtMs }) => finishedAtMs),
					failed: tasks.flatMap(({ isFailed }, index) => (isFailed ? [index] : [])),
					lagMs,
					troubles,
					endsAtMs,
				});
				const { clock, settling, awaited, passed } = scene;
				let over: { result: string; at: number } | undefined;
				let running: Promise<void> | undefined;
				const tell = (index: number, isSigned: boolean) => {
					if (over) return;
					scene.webhook(index, isSigned, isSigned ? undefined : scene.truth(index));
					running ??= scene.run().then((result) => {
						over = { result, at: passed() };
					});
				};
				await Promise.all([
					...tasks.map(async ({ finishedAtMs, delayMs, isSigned }, index) => {
						// The first webhook is what begins it all.
						const delay = index === 0 ? (delayMs ?? 0) : delayMs;
						if (delay === null) return;
						await clock.pause(finishedAtMs + delay);
						tell(index, isSigned);
					}),
					...lies.map(async ({ atMs, index }) => {
						await clock.pause(atMs);
						if (index < tasks.length) tell(index, false);
					}),
					...wakeUps.map(async (atMs) => {
						await clock.pause(atMs);
						if (running) tell(0, false);
					}),
				]);
				await running;
				const { result, at } = over!;
				const open = settling.watch.open(awaited);
				expect(result).toBe(open.length === 0 ? 'settled' : 'ended');
				// The first webhook may come after the end.
				const end = Math.max(endsAtMs, tasks[0]!.finishedAtMs + 30_000);
				if (result === 'ended') expect(at).toBeGreaterThanOrEqual(endsAtMs);
				expect(at).toBeLessThanOrEqual(end + 10_000);
				for (const [index, { taskId: id }] of awaited.entries()) {
					const known = settling.watch.taskOf(id);
					if (open.some((reference) => reference.taskId === id)) continue;
					expect(known).toEqual(scene.truth(index));
					expect(at).toBeGreaterThanOrEqual(tasks[index]!.finishedAtMs);
				}
				// No wait is long for what can be known.
				const knowable = Math.max(
					...tasks.map(({ finishedAtMs, delayMs }) => finishedAtMs + Math.max(lagMs, delayMs ?? 0)),
					...troubles.map(({ toMs }) => toMs),
				);
				expect(at).toBeLessThanOrEqual(Math.max(knowable + 80_000, end));
				if (result === 'settled' && endsAtMs === 30 * MINUTE) {
					expect(at).toBeLessThanOrEqual(knowable + 80_000);
				}
				for (const { taskId: id } of awaited) {
					const { status = '' } = settling.watch.taskOf(id) ?? {};
					if (result === 'settled') expect(isFinal(status)).toBe(true);
				}
			}),
			{ numRuns: 150 },
		);
	});

	it('a task that a signed webhook has told of is not read after that', async () => {
		const signed = fc.array(fc.integer({ min: 0, max: 19_000 }), { minLength: 1, maxLength: 12 });
		await fc.assert(
			fc.asyncProperty(signed, async (moments) => {
				const scene = settlingScene({ finishedAtMs: moments, lagMs: 60_000 });
				let running: Promise<string> | undefined;
				await Promise.all(
					moments.map(async (at, index) => {
						await scene.clock.pause(at);
						scene.webhook(index, true);
						running ??= scene.run();
					}),
				);
				expect(await running).toBe('settled');
				expect(scene.sent).toEqual([]);
				expect(scene.passed()).toBe(Math.max(...moments));
			}),
			{ numRuns: 30 },
		);
	});
});
