import type { IDataObject, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { PURPOSE_HEADER } from './ownExecution';

const REGISTRATION_CHECK = 'listening';

const TIMEOUT_MS = 5000;

/** n8n's own words: a 404 of a proxy says nothing about n8n. */
const NOT_THERE = /webhook .* is not registered|version not found for workflow/;

/**
 * True when n8n says that nothing in this workflow takes webhooks at a production URL of its own.
 *
 * In a manual run, in a retry and in a worker, n8n reports every workflow as inactive (2.41.1, 1.123.81), so only "active"
 * can be trusted. Otherwise a request to the URL itself tells. The URL must be n8n's own, since it is opened unchecked.
 */
export async function isWebhookMissing(context: IExecuteFunctions, url: string): Promise<boolean> {
	if (context.getWorkflow().active && context.getMode() !== 'manual') return false;
	try {
		const { statusCode, body } = (await context.helpers.httpRequest({
			method: 'POST',
			url,
			headers: { [PURPOSE_HEADER]: REGISTRATION_CHECK },
			body: {},
			json: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: TIMEOUT_MS,
		})) as { statusCode: number; body: IDataObject | undefined };
		return statusCode === 404 && NOT_THERE.test(String(body?.message));
	} catch {
		// Some networks do not let n8n reach its own public URL.
		return false;
	}
}

/** True for such a request, when it arrives at the trigger. */
export function isRegistrationCheck(context: IWebhookFunctions): boolean {
	return context.getHeaderData()[PURPOSE_HEADER] === REGISTRATION_CHECK;
}
