import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

/** One operation: its entry in the list, its fields and its work. */
export interface Operation {
	option: INodePropertyOptions;
	fields: INodeProperties[];
	/** Works on all input items at once and gives the items of the main output. */
	execute(context: IExecuteFunctions): Promise<INodeExecutionData[]>;
}

/** The fields of an operation, to be seen only while it is chosen. */
export function fieldsOf({ option, fields }: Operation): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: {
				resource: ['imageToVideo'],
				operation: [option.value],
				...field.displayOptions?.show,
			},
		},
	}));
}
