import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { continuesOnFail } from '../n8n/nodeSettings';
import { failedItem } from '../output/failedItem';
import { typedError } from '../output/nodeError';

/**
 * Runs an operation's work for each item, one after the other. With n8n's "Continue" settings a failed item
 * comes out as an item that says so; else the first failure ends the run.
 */
export async function eachItem(
	context: IExecuteFunctions,
	work: (item: number) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const results: INodeExecutionData[] = [];
	for (let item = 0; item < context.getInputData().length; item++) {
		try {
			results.push(...(await work(item)));
		} catch (error) {
			if (!continuesOnFail(context)) throw typedError(context.getNode(), error, { item });
			results.push(failedItem(context.getNode(), error, { item }));
		}
	}
	return results;
}
