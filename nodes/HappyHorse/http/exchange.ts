import type {
	IAdditionalCredentialOptions,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestMethods,
	ILoadOptionsFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { ApiResponse, Purpose } from './apiResponse';
import { parseJson } from './json';
import { networkFault } from './networkFault';
import type { Provider } from './provider';
import { redact } from './redact';
import { noResponseError } from './requestErrors';
import type { ByteStream } from './stream';
import { textOf } from './stream';
import type { TurnRequest } from './turns';

export const CREDENTIAL = 'happyHorseApi';

/** Inactivity, not total: the API fetches and checks the image before it responds. */
const CREATE_TIMEOUT_MS = 120_000;

const READ_TIMEOUT_MS = 30_000;

/** Room for the IDs of some 50,000 tasks. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

export type ApiContext = IExecuteFunctions | ILoadOptionsFunctions | IWebhookFunctions;

export interface HttpRequest {
	method: IHttpRequestMethods;
	/** Below the base URL, with everything in it already encoded. */
	path: string;
	purpose: Purpose;
	body?: IDataObject;
}

export type Known = Pick<IAdditionalCredentialOptions, 'credentialsDecrypted'>;

export interface Exchange {
	provider: Provider;
	/** The credential, where it need not be read again. */
	known: Known;
	request: HttpRequest;
	/** In milliseconds. */
	timeout: number;
}

export async function exchange(
	context: ApiContext,
	{ provider, known, request, timeout }: Exchange,
): Promise<ApiResponse> {
	try {
		const response: unknown = await context.helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL,
			{
				method: request.method,
				url: provider.baseUrl + request.path,
				...(request.body === undefined ? {} : { body: request.body }),
				headers: { Accept: 'application/json' },
				// Read by hand, since n8n sets no limit: 300 kB of gzip were seen to become 300 MB.
				encoding: 'stream',
				timeout,
				returnFullResponse: true,
				// n8n repeats an authenticated request once after a 401 that it sees as an error.
				ignoreHttpStatusErrors: true,
				// Headers such as the API key would follow a redirect to any other host.
				disableFollowRedirect: true,
			},
			known,
		);
		return await apiResponseFrom(response, { secrets: provider.secrets, withinMs: timeout });
	} catch (error) {
		throw noResponseError(networkFault(error), request.purpose);
	}
}

/** A paid request gets all the time it needs: without its response the video may or may not exist. */
export function timeoutOf({ purpose, giveUpAt = Infinity }: TurnRequest, now: number): number {
	if (purpose === 'create' || purpose === 'upload') return CREATE_TIMEOUT_MS;
	return Math.max(1, Math.min(READ_TIMEOUT_MS, giveUpAt - now));
}

async function apiResponseFrom(
	response: unknown,
	{ secrets, withinMs }: { secrets: readonly string[]; withinMs: number },
): Promise<ApiResponse> {
	const { statusCode, headers, body } = response as {
		statusCode: number;
		headers?: Record<string, unknown>;
		body: ByteStream;
	};
	const text = await textOf(body, { maxBytes: MAX_RESPONSE_BYTES, withinMs });
	return {
		statusCode,
		headers: headers ?? {},
		body: parse(text, { statusCode, secrets }),
		receivedAt: Date.now(),
	};
}

/** An error response may echo the key, so secrets are removed from its texts; a success is left as it is. */
function parse(
	text: string,
	{ statusCode, secrets }: { statusCode: number; secrets: readonly string[] },
): unknown {
	try {
		if (statusCode < 300) return parseJson(text);
		// After parsing: JSON can write the same secret in many ways, such as with \\u escapes.
		return JSON.parse(text, (_key, value: unknown) =>
			typeof value === 'string' ? redact(value, secrets) : value,
		) as unknown;
	} catch {
		return undefined;
	}
}
