import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** Answers a caller without starting or continuing anything. */
export function answer(
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

/**
 * The body as it was sent; `null` when n8n did not keep the bytes, as for multipart. n8n leaves some content
 * types unread until they are asked for.
 */
export async function rawBodyOf(context: IWebhookFunctions): Promise<Buffer | null> {
	const request = context.getRequestObject() as {
		rawBody?: unknown;
		readRawBody?: () => Promise<void>;
	};
	try {
		if (request.rawBody === undefined) await request.readRawBody?.();
	} catch {
		// The bytes of a form with files are gone by now, and some content types cannot even be parsed.
	}
	return Buffer.isBuffer(request.rawBody) ? request.rawBody : null;
}
