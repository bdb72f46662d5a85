import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import type { Resource } from '../resources/resource';

/** One operation: its entry in the list, its fields and its work, for every resource. */
export interface Operation {
	/** In saved workflows. */
	value: string;
	/** What users see. */
	name: string;
	description: string;
	/** Its entry in the list of actions, such as "Create video from image". */
	action(resource: Resource): string;
	/** Its fields, in the order in which users see them. */
	properties(resource: Resource): INodeProperties[];
	/** Works on all input items at once and gives the items of the main output. */
	execute(context: IExecuteFunctions): Promise<INodeExecutionData[]>;
}
