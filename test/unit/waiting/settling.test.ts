import fc from 'fast-check';

import { isFinal } from '../../../nodes/HappyHorse/tasks/task';
import { START } from '../support/fakeClock';
import type { Fault } from './settlingFixture';
import { MINUTE, settlingFixture, taskId } from './settlingFixture';

const NEVER = Infinity;

describe('signed webhooks', () => {
	it('are the truth: no request at all', async () => {
		const setup = settlingFixture({ finishedAtMs: [0, 0, 5000], failed: [1] });
		setup.webhook(0, true);
		const result = setup.run();
		setup.webhook(1, true);
		await setup.clock.pause(5000);
		setup.webhook(2, true);
		expect(await result).toBe('settled');
		expect(setup.sent).toEqual([]);
		expect(setup.settling.watch.taskOf('t1')).toMatchObject({ status: 'FAILED' });
	});

	it('that hold no video are read', async () => {
		const setup = settlingFixture({ finishedAtMs: [0] });
		setup.webhook(0, true, { ...setup.truth(0), generated: [] });
		expect(await setup.run()).toBe('settled');
		expect(setup.readsOf(0)).toBe(1);
		expect(setup.settling.watch.taskOf('t0')?.generated).toHaveLength(1);
	});

	it('are not undone by an API that lags behind', async () => {
		const setup = settlingFixture({
			finishedAtMs: [0, NEVER],
			lagMs: 5 * MINUTE,
			endsAtMs: MINUTE,
		});
		setup.webhook(0, true);
		expect(await setup.run()).toBe('ended');
		expect(setup.settling.watch.taskOf('t0')?.status).toBe('COMPLETED');
		expect(setup.readsOf(0)).toBe(0);
	});
});

describe('unsigned webhooks', () => {
	it('say that there is something to read, once for each task', async () => {
		const setup = settlingFixture({ finishedAtMs: [0, 0] });
		setup.webhook(0, false);
		setup.webhook(1, false);
		expect(await setup.run()).toBe('settled');
		expect([setup.readsOf(0), setup.readsOf(1), setup.count('list')]).toEqual([1, 1, 0]);
	});

	it('that lie change nothing: the API is polled, and what it says counts', async () => {
		const setup = settlingFixture({ finishedAtMs: [NEVER], endsAtMs: 2 * MINUTE });
		const lie = { ...setup.truth(0), status: 'COMPLETED', generated: ['https://evil.example/x'] };
		setup.webhook(0, false, lie);
		expect(await setup.run()).toBe('ended');
		expect(setup.settling.watch.taskOf('t0')).toMatchObject({
			status: 'IN_PROGRESS',
			generated: [],
		});
	});

	it('again and again for the same task do not make it be read each time', async () => {
		const setup = settlingFixture({ finishedAtMs: [NEVER], endsAtMs: 2 * MINUTE });
		setup.webhook(0, false, setup.truth(0));
		const result = setup.run();
		for (let count = 0; count < 500; count++) {
			setup.webhook(0, false, setup.truth(0));
			await setup.clock.pause(100);
		}
		expect(await result).toBe('ended');
		// At 1.5 s, 3 s, 6 s, 12 s and then every 15 s.
		expect(setup.readsOf(0)).toBeLessThanOrEqual(14);
	});
});

it('reads first what was final before the execution was suspended: its webhook came too early', async () => {
	const setup = settlingFixture({ finishedAtMs: [0, 0], finalBefore: [taskId(1)] });
	setup.webhook(0, true);
	expect(await setup.run()).toBe('settled');
	expect([setup.readsOf(0), setup.readsOf(1)]).toEqual([0, 1]);
	expect(setup.passed()).toBeLessThan(1000);
});

it.each([2000, 10_000, 60_000])(
	'R21: keeps polling an API that lags %i ms behind its webhook, without a second one',
	async (lagMs) => {
		const setup = settlingFixture({ finishedAtMs: [0], lagMs });
		setup.webhook(0, false);
		expect(await setup.run()).toBe('settled');
		expect(setup.passed()).toBeGreaterThanOrEqual(lagMs);
		expect(setup.passed()).toBeLessThanOrEqual(lagMs + 16_000);
		expect(setup.readsOf(0)).toBeLessThanOrEqual(12);
	},
);

it.each<Fault>(['down', '429', 'not found'])(
	'R16: survives a minute of "%s" right after the webhook',
	async (kind) => {
		const setup = settlingFixture({
			finishedAtMs: [0, 0],
			troubles: [{ kind, fromMs: 0, toMs: MINUTE }],
		});
		setup.webhook(0, false);
		setup.webhook(1, false);
		expect(await setup.run()).toBe('settled');
		expect(setup.passed()).toBeLessThanOrEqual(MINUTE + 16_000);
	},
);

it('finds a task whose webhook was lost', async () => {
	const setup = settlingFixture({ finishedAtMs: [0, 1000, 1000] });
	setup.webhook(0, true);
	expect(await setup.run()).toBe('settled');
	expect(setup.passed()).toBeLessThanOrEqual(21_000);
	expect([setup.readsOf(0), setup.count('list')]).toEqual([0, 1]);
});

it.each([2, 20])('finds it without a list, among %i tasks', async (count) => {
	const setup = settlingFixture({
		finishedAtMs: Array<number>(count).fill(0),
		troubles: [{ kind: 'no list', fromMs: 0, toMs: NEVER }],
	});
	setup.webhook(0, true);
	expect(await setup.run()).toBe('settled');
});

it('looks less often the longer nothing happens', async () => {
	const setup = settlingFixture({ finishedAtMs: [0, NEVER, NEVER] });
	setup.webhook(0, true);
	expect(await setup.run()).toBe('ended');
	const gaps = setup.checks.map((at, index) => at - (setup.checks[index - 1] ?? 0));
	expect(gaps[0]).toBeGreaterThanOrEqual(20_000);
	expect(gaps.every((gap, index) => index === 0 || gap >= gaps[index - 1]! - 1500)).toBe(true);
	expect(Math.max(...gaps)).toBeLessThanOrEqual(32_000);
	expect(setup.count('list')).toBeLessThanOrEqual(62);
});

it('ends at the end, with what is there', async () => {
	const setup = settlingFixture({ finishedAtMs: [0, NEVER], endsAtMs: 90_000 });
	setup.webhook(0, true);
	expect(await setup.run()).toBe('ended');
	expect(setup.passed()).toBeGreaterThanOrEqual(90_000);
	expect(setup.passed()).toBeLessThan(92_000);
	expect(setup.settling.watch.open(setup.awaited)).toHaveLength(1);
});

it('reads a webhook that comes after the end, once', async () => {
	const setup = settlingFixture({ finishedAtMs: [0, NEVER], endsAtMs: -1 });
	setup.webhook(0, false);
	expect(await setup.run()).toBe('ended');
	expect([setup.readsOf(0), setup.sent.length]).toEqual([1, 1]);
	expect(setup.settling.watch.taskOf('t0')?.status).toBe('COMPLETED');
});

it('waits for no response past the end, unless the webhook itself came after it', async () => {
	const before = settlingFixture({ finishedAtMs: [0, NEVER], endsAtMs: MINUTE });
	before.webhook(0, false);
	expect(await before.run()).toBe('ended');
	expect(new Set(before.sent.map(({ giveUpAt }) => giveUpAt))).toEqual(new Set([START + MINUTE]));
	const after = settlingFixture({ finishedAtMs: [0, NEVER], endsAtMs: -1 });
	after.webhook(0, false);
	expect(await after.run()).toBe('ended');
	expect(after.sent.map(({ giveUpAt }) => giveUpAt)).toEqual([undefined]);
});

describe('an execution that is continued elsewhere', () => {
	it('is noticed before the next look, and costs no request', async () => {
		const setup = settlingFixture({ finishedAtMs: [0, NEVER], isWaiting: () => false });
		setup.webhook(0, true);
		expect(await setup.run()).toBe('gone');
		expect([setup.passed() < 22_000, setup.sent]).toEqual([true, []]);
	});

	it('is not kept open for where n8n cannot be reached', async () => {
		const setup = settlingFixture({ finishedAtMs: [0, NEVER], isWaiting: () => null });
		setup.webhook(0, true);
		expect(await setup.run()).toBe('released');
		expect(setup.passed()).toBeLessThan(22_000);
	});

	it('is kept open for while a webhook has named a task that is not settled', async () => {
		const setup = settlingFixture({ finishedAtMs: [0], lagMs: 2 * MINUTE, isWaiting: () => null });
		setup.webhook(0, false);
		expect(await setup.run()).toBe('settled');
	});
});

describe('released', () => {
	it('ends at once, keeps what it knows, and continues with the next webhook', async () => {
		const setup = settlingFixture({ finishedAtMs: [0, 5000] });
		setup.webhook(0, true);
		const first = setup.run();
		await setup.clock.pause(3000);
		setup.settling.release();
		expect(await first).toBe('released');
		expect(setup.passed()).toBeLessThan(3100);
		await setup.clock.pause(5000);
		setup.webhook(1, true);
		expect(await setup.run()).toBe('settled');
		expect(setup.sent).toEqual([]);
	});

	it('it still ends as settled when there is nothing more to find out', async () => {
		const setup = settlingFixture({ finishedAtMs: [0] });
		setup.webhook(0, true);
		setup.settling.release();
		expect(await setup.run()).toBe('settled');
	});
});

it('is complete when each task is settled or has had its webhook', () => {
	const setup = settlingFixture({ finishedAtMs: [0, 0, 0] });
	setup.webhook(0, true);
	setup.webhook(1, false);
	expect(setup.settling.isComplete).toBe(false);
	setup.webhook(2, false);
	expect(setup.settling.isComplete).toBe(true);
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
	const cases = fc.record({
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
			fc.asyncProperty(cases, async ({ tasks, troubles, lagMs, endsAtMs, lies, wakeUps }) => {
				const setup = settlingFixture({
					finishedAtMs: tasks.map(({ finishedAtMs }) => finishedAtMs),
					failed: tasks.flatMap(({ isFailed }, index) => (isFailed ? [index] : [])),
					lagMs,
					troubles,
					endsAtMs,
				});
				const { clock, settling, awaited, passed } = setup;
				let over: { result: string; at: number } | undefined;
				let running: Promise<void> | undefined;
				const tell = (index: number, isSigned: boolean) => {
					if (over) return;
					setup.webhook(index, isSigned, isSigned ? undefined : setup.truth(index));
					running ??= setup.run().then((result) => {
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
					expect(known).toEqual(setup.truth(index));
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
				const setup = settlingFixture({ finishedAtMs: moments, lagMs: 60_000 });
				let running: Promise<string> | undefined;
				await Promise.all(
					moments.map(async (at, index) => {
						await setup.clock.pause(at);
						setup.webhook(index, true);
						running ??= setup.run();
					}),
				);
				expect(await running).toBe('settled');
				expect(setup.sent).toEqual([]);
				expect(setup.passed()).toBe(Math.max(...moments));
			}),
			{ numRuns: 30 },
		);
	});
});
