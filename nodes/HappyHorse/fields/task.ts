import type { INodeProperties } from 'n8n-workflow';

export const taskField: INodeProperties = {
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
			placeholder: 'e.g. 046b6c7f-0b8a-43b9-b35d-6489e6daee91',
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
};
