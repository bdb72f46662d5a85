import type { IDataObject, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { PURPOSE_HEADER } from './ownExecution';

const QUESTION = 'listening';

const TIMEOUT_MS = 5000;

/** In n8n's own words: a proxy that answers 404 says nothing about n8n. */
const NOT_THERE = /webhook .* is not registered|version not found for workflow/;

/**
 * True when n8n says that nothing in this workflow takes webhooks at a production URL of its own.
 *
 * n8n calls every workflow inactive in a manual run and in a retry, and a worker is not told (2.41.1, 1.123.81): only an
 * active one can be believed. Else n8n is asked at the URL itself. It must not be a stranger's: it is opened unchecked.
 */
export async function isDeaf(context: IExecuteFunctions, url: string): Promise<boolean> {
	if (context.getWorkflow().active && context.getMode() !== 'manual') return false;
	try {
		const { statusCode, body } = (await context.helpers.httpRequest({
			method: 'POST',
			url,
			headers: { [PURPOSE_HEADER]: QUESTION },
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

/** True for such a request, at the trigger that it looks for. */
export function isListeningCheck(context: IWebhookFunctions): boolean {
	return context.getHeaderData()[PURPOSE_HEADER] === QUESTION;
}
