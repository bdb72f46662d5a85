import type { IExecuteFunctions } from 'n8n-workflow';

import { isTaskId } from '../tasks/task';
import { ValidationError } from '../validationError';
import type { Field } from './types/field';
import { not } from './types/valueInWords';

const EXAMPLE = '046b6c7f-0b8a-43b9-b35d-6489e6daee91';

/** A task ID becomes part of a path and of a file name. */
export const task: Field<string> = {
	name: 'taskId',
	label: 'Task',
	properties: [
		{
			displayName: 'Task',
			name: 'taskId',
			type: 'resourceLocator',
			required: true,
			default: { mode: 'list', value: '' },
			description: 'The video task. Its ID is the field task_id of the item that Create gave.',
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					placeholder: 'Select a task...',
					typeOptions: { searchListMethod: 'taskSearch', searchable: true },
				},
				{
					displayName: 'By ID',
					name: 'id',
					type: 'string',
					placeholder: `e.g. ${EXAMPLE}`,
					validation: [
						{
							type: 'regex',
							properties: {
								regex: '\\s*[A-Za-z0-9_-]{1,64}\\s*',
								errorMessage: 'A task ID has letters, digits and hyphens only',
							},
						},
					],
				},
			],
		},
	],
	check(value) {
		const id = typeof value === 'string' ? value.trim() : value;
		if (isTaskId(id)) return id;
		throw new ValidationError(
			`'Task' must be a task ID${not(value)}`,
			`Pick a task from the list, or give the field task_id of an earlier 'Create', e.g. ${EXAMPLE}.`,
		);
	},
};

/** @throws ValidationError */
export function readTaskId(context: IExecuteFunctions, item: number): string {
	const value: unknown = context.getNodeParameter(task.name, item, '', { extractValue: true });
	return task.check(value);
}
