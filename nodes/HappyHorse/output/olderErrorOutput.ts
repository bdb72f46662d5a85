import type { IExecuteFunctions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import { errorOutputTakesDetails } from '../n8n/features';

/**
 * Items in the form in which this n8n moves failed ones to the error output. An older one does so only when there is
 * nothing beside `error` and `message`, so there the details are left out: the texts name the task ID, too.
 */
export function fitErrorOutput(
	context: IExecuteFunctions | IWebhookFunctions,
	items: INodeExecutionData[],
	takesDetails = errorOutputTakesDetails(),
): INodeExecutionData[] {
	if (context.getNode().onError !== 'continueErrorOutput' || takesDetails) return items;
	return items.map((item) => {
		const { error, message } = item.json;
		return error === undefined ? item : { ...item, json: { error, message } };
	});
}
