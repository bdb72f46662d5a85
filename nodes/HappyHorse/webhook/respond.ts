import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** Responds to a webhook without starting or continuing an execution. */
export function respond(
	context: IWebhookFunctions,
	status: number,
	body: IDataObject,
): IWebhookResponseData {
	const response = context.getResponseObject() as {
		headersSent: boolean;
		status(code: number): { json(body: IDataObject): void };
	};
	if (!response.headersSent) response.status(status).json(body);
	return { noWebhookResponse: true };
}
