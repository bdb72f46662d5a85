import { readFinished } from '../../../nodes/HappyHorse/tasks/readFinished';
import { FakeClock } from '../support/fakeClock';
import { ID, keyRejected, notFound, outage, scriptedApi, videoAt } from '../support/scriptedApi';

const reference = { endpoint: 'image-to-video/happy-horse-1', taskId: ID } as const;

const complete = { task_id: ID, status: 'COMPLETED', generated: [videoAt(ID)] };

const empty = { task_id: ID, status: 'COMPLETED', generated: [] };

/** Responses one after the other; the last one for ever. */
async function read(...responses: unknown[]) {
	const clock = new FakeClock();
	const script = scriptedApi((_, index) => {
		const response = responses[Math.min(index, responses.length - 1)];
		if (response instanceof Error) throw response;
		return { data: response };
	});
	const outcome = await readFinished(script.api, reference, clock).catch((error: unknown) => error);
	return { outcome, clock, reads: script.sent.length };
}

it.each([
	['a video', complete],
	['a failed task', { task_id: ID, status: 'FAILED', generated: [] }],
])('takes %s at once', async (_, response) => {
	const { outcome, clock, reads } = await read(response);
	expect(outcome).toMatchObject(response);
	expect([reads, clock.pauses]).toEqual([1, []]);
});

it('reads once more when a completed task has no video yet', async () => {
	const { outcome, clock, reads } = await read(empty, complete);
	expect(outcome).toMatchObject(complete);
	expect([reads, clock.pauses]).toEqual([2, [1500]]);
});

it('believes it the second time', async () => {
	const { outcome, reads } = await read(empty);
	expect(outcome).toMatchObject({ status: 'COMPLETED', generated: [] });
	expect(reads).toBe(2);
});

it('gives up after seven reads of a task that is final in the list only', async () => {
	const { outcome, clock, reads } = await read({ ...empty, status: 'IN_PROGRESS' });
	expect(outcome).toMatchObject({ status: 'IN_PROGRESS' });
	expect(reads).toBe(7);
	expect(clock.pauses).toEqual(Array<number>(6).fill(1500));
});

it('waits for the task to be final, and then once more for its video', async () => {
	const late = { ...empty, status: 'IN_PROGRESS' };
	const { outcome, reads } = await read(late, late, empty, complete);
	expect(outcome).toMatchObject(complete);
	expect(reads).toBe(4);
});

it.each([
	['an outage', outage()],
	['too many requests', outage(20_000)],
	['a rejected key', keyRejected()],
	['an unknown task', notFound()],
])('passes on %s at once: the API given to it has waited already', async (_, failure) => {
	const { outcome, clock, reads } = await read(failure, complete);
	expect(outcome).toBe(failure);
	expect([reads, clock.pauses]).toEqual([1, []]);
});

it('stops after a cancel', async () => {
	const clock = new FakeClock((own) => (own.cancelled = true));
	const { api, sent } = scriptedApi(() => ({ data: { ...empty, status: 'IN_PROGRESS' } }));
	expect(await readFinished(api, reference, clock)).toMatchObject({ status: 'IN_PROGRESS' });
	expect(sent).toHaveLength(2);
});
