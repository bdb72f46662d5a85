import { readFinished } from '../../../nodes/HappyHorse/lifecycle/finishing';
import { FakeClock } from '../support/fakeClock';
import { ID, keyRefused, notFound, outage, scriptedApi, videoAt } from '../support/scriptedApi';

const reference = { model: 'happy-horse-1', taskId: ID } as const;

const complete = { task_id: ID, status: 'COMPLETED', generated: [videoAt(ID)] };

const empty = { task_id: ID, status: 'COMPLETED', generated: [] };

/** Answers one after the other; the last one for ever. */
async function read(...answers: unknown[]) {
	const clock = new FakeClock();
	const script = scriptedApi((_, index) => {
		const answer = answers[Math.min(index, answers.length - 1)];
		if (answer instanceof Error) throw answer;
		return { data: answer };
	});
	const outcome = await readFinished(script.api, reference, clock).catch((error: unknown) => error);
	return { outcome, clock, reads: script.sent.length };
}

it.each([
	['a video', complete],
	['a failed task', { task_id: ID, status: 'FAILED', generated: [] }],
])('takes %s at once', async (_, answer) => {
	const { outcome, clock, reads } = await read(answer);
	expect(outcome).toMatchObject(answer);
	expect([reads, clock.pauses]).toEqual([1, []]);
});

it('asks once more when a completed task has no video yet', async () => {
	const { outcome, clock, reads } = await read(empty, complete);
	expect(outcome).toMatchObject(complete);
	expect([reads, clock.pauses]).toEqual([2, [1500]]);
});

it('believes it the second time', async () => {
	const { outcome, reads } = await read(empty);
	expect(outcome).toMatchObject({ status: 'COMPLETED', generated: [] });
	expect(reads).toBe(2);
});

it('waits out an outage with doubling pauses', async () => {
	const { outcome, clock } = await read(outage(), outage(), outage(), complete);
	expect(outcome).toMatchObject(complete);
	expect(clock.pauses).toEqual([1500, 3000, 6000]);
});

it('gives up after seven tries', async () => {
	const failure = outage();
	const { outcome, clock, reads } = await read(failure);
	expect(outcome).toBe(failure);
	expect(reads).toBe(7);
	expect(Math.max(...clock.pauses)).toBeLessThanOrEqual(60_000);
});

it.each([
	[20_000, 20_000],
	[500_000, 60_000],
	[10, 1500],
])('waits as long as the API asks, within reason: %i ms', async (asked, wanted) => {
	const { clock } = await read(outage(asked), complete);
	expect(clock.pauses).toEqual([wanted]);
});

it.each([[keyRefused()], [notFound()]])('does not repeat what was refused: %p', async (failure) => {
	const { outcome, reads } = await read(failure);
	expect(outcome).toBe(failure);
	expect(reads).toBe(1);
});

it('stops after a cancel', async () => {
	const clock = new FakeClock((own) => (own.cancelled = true));
	const { api, sent } = scriptedApi(() => {
		throw outage();
	});
	await expect(readFinished(api, reference, clock)).rejects.toMatchObject({ passing: true });
	expect(sent).toHaveLength(2);
});
