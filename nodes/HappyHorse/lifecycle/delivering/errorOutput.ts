import type { IExecuteFunctions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import { resumeTokenOf } from '../memory/resumeToken';

/**
 * Items in the form in which this n8n moves failed ones to the error output. 1.123.81 does so only when there is
 * nothing beside `error` and `message`, so there the details are left out: the texts name the task ID, too.
 */
export function fitErrorOutput(
	context: IExecuteFunctions | IWebhookFunctions,
	items: INodeExecutionData[],
): INodeExecutionData[] {
	if (context.getNode().onError !== 'continueErrorOutput') return items;
	if (resumeTokenOf(context) !== '') return items;
	return items.map((item) => {
		const { error, message } = item.json;
		return error === undefined ? item : { ...item, json: { error, message } };
	});
}
