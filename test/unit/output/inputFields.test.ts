import type { INodeExecutionData } from 'n8n-workflow';

import { withInput } from '../../../nodes/HappyHorse/output/inputFields';

const rows = [{ row: 0 }, { row: 1 }, { row: 2 }, { row: 3 }];

const item = (json: INodeExecutionData['json'], index: number): INodeExecutionData => ({
	json,
	pairedItem: { item: index },
});

it('adds the fields of the paired input item, and changes no item', () => {
	const items = [item({ task_id: 'b' }, 1), item({ task_id: 'a' }, 0)];
	const before = structuredClone(items);
	expect(withInput(items, (index) => rows[index])).toEqual([
		item({ task_id: 'b', input: { row: 1 } }, 1),
		item({ task_id: 'a', input: { row: 0 } }, 0),
	]);
	expect(items).toEqual(before);
});

it('adds them to the details of a failed item, next to which the error output takes nothing', () => {
	const failed = item({ error: 'no', message: 'why', details: { task_id: 'a' } }, 2);
	const shown = item({ problem: 'no', message: 'why', details: { task_id: 'a' } }, 2);
	for (const one of [failed, shown]) {
		const [{ json } = one] = withInput([one], (index) => rows[index]);
		expect(Object.keys(json)).toEqual(Object.keys(one.json));
		expect(json.details).toEqual({ task_id: 'a', input: { row: 2 } });
	}
});

it('takes the details of the API for what they are', () => {
	const [{ json } = item({}, 0)] = withInput([item({ details: { a: 1 } }, 3)], (i) => rows[i]);
	expect(json).toEqual({ details: { a: 1 }, input: { row: 3 } });
});

it('leaves items alone that have theirs, or are to have none', () => {
	const items = [item({ input: { row: 9 } }, 0), item({ task_id: 'a' }, 7)];
	expect(withInput(items, (index) => rows[index])).toEqual(items);
});
