import { failedItem, failedTaskItem } from '../../../nodes/HappyHorse/output/failedItem';
import { taskOutput } from '../../../nodes/HappyHorse/output/item';
import type { Task } from '../../../nodes/HappyHorse/tasks/task';
import { fakeExecution } from '../support/fakeExecution';
import { ID, videoAt } from '../support/scriptedApi';
import { failure, raised } from './raisedErrors';

const node = fakeExecution({}).context.getNode();

it.each(raised())('%s becomes an item that n8n moves to the error output', (_, error) => {
	const item = failedItem(node, error, { item: 3 });
	expect(Object.keys(item.json)).toEqual(['error', 'message', 'details']);
	expect(item.json.error).toBe(error.message);
	expect(item.json.details).toMatchObject({ item: 3 });
	expect(item.pairedItem).toEqual({ item: 3 });
	expect(() => JSON.stringify(item)).not.toThrow();
});

it('keeps the status code in the item', () => {
	expect(failedItem(node, failure, { item: 0 }).json.details).toEqual({ item: 0, http_code: 400 });
});

const task = (changes: Partial<Task> = {}): Task => ({
	task_id: ID,
	status: 'COMPLETED',
	generated: [videoAt(ID)],
	extra: {},
	...changes,
});

const endpoint = 'image-to-video/happy-horse-1';

describe('a task without a video', () => {
	it.each<[Partial<Task>, string, string]>([
		[
			{ status: 'FAILED', generated: [], extra: { reason: 'too dark' } },
			`Video ${ID} was not made`,
			'too dark',
		],
		[{ status: 'IN_PROGRESS', generated: [] }, `Video ${ID} was not finished in time`, "'Wait'"],
	])('has only the keys that n8n moves there: %p', (changes, error, message) => {
		const json = taskOutput(task(changes), { endpoint, timedOut: changes.status !== 'FAILED' });
		const item = failedTaskItem(json, 3);
		expect(Object.keys(item)).toEqual(['json', 'pairedItem']);
		expect(item.pairedItem).toEqual({ item: 3 });
		expect(Object.keys(item.json)).toEqual(['error', 'message', 'details']);
		expect(item.json).toEqual({
			error,
			message: expect.stringContaining(message) as string,
			details: json,
		});
	});
});
