import type { IDataObject } from 'n8n-workflow';

import { eventFrom } from '../../../nodes/HappyHorse/trigger/event';

const task = {
	task_id: 'a',
	status: 'COMPLETED',
	generated: ['https://x.example/a.mp4'],
	extra: {},
};

it('reads what the webhook put into the item', () => {
	const json = {
		task,
		endpoint: 'image-to-video/happy-horse-1-1',
		metadata: { row: 7 },
		noteRejected: true,
		confirmed: true,
	};
	expect(eventFrom(json)).toEqual(json);
});

it('reads it again after n8n has stored it', () => {
	const json = { task, endpoint: undefined, metadata: undefined, confirmed: false };
	const stored = JSON.parse(JSON.stringify(json)) as IDataObject;
	expect(eventFrom(stored)).toEqual({ task, noteRejected: false, confirmed: false });
});

it.each<[string, unknown, unknown]>([
	['an endpoint that does not exist', { endpoint: 'elsewhere' }, { endpoint: undefined }],
	[
		'an endpoint that is a list',
		{ endpoint: ['image-to-video/happy-horse-1'] },
		{ endpoint: undefined },
	],
	['metadata that is no object', { metadata: [1] }, { metadata: undefined }],
	['a rejected note that is a text', { noteRejected: 'yes' }, { noteRejected: false }],
	['a confirmation that is a text', { confirmed: 'yes' }, { confirmed: false }],
])('leaves out %s', (_, changes, wanted) => {
	const json = { task, confirmed: false, ...(changes as IDataObject) };
	expect(eventFrom(json)).toMatchObject(wanted as IDataObject);
});

it.each<[string, unknown]>([
	['nothing', {}],
	['the output of the node', { task_id: 'a', status: 'COMPLETED', generated: [] }],
	['something else named task', { task: 'wash the horse' }],
	['a list named task', { task: [task] }],
	['null', { task: null }],
	['an odd ID', { task: { ...task, task_id: '../x' } }],
	['an ID that is a number', { task: { ...task, task_id: 5 } }],
	['no status', { task: { ...task, status: null } }],
	['a to-do with an ID and a status', { task: { task_id: 'a', status: 'COMPLETED' } }],
	['files that are no list', { task: { ...task, generated: 'x' } }],
	['files that are no texts', { task: { ...task, generated: [5] } }],
	['files of which one is no text', { task: { ...task, generated: [...task.generated, 5] } }],
	['further fields that are no object', { task: { ...task, extra: null } }],
])('finds no event in pinned data: %s', (_, json) => {
	expect(eventFrom(json as IDataObject)).toBeNull();
});
