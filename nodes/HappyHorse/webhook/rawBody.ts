import type { IWebhookFunctions } from 'n8n-workflow';

/**
 * The body as it was sent; `null` when n8n did not keep the bytes, as for multipart. n8n reads some content
 * types only on demand.
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
