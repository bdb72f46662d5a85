import type {
	IAdditionalCredentialOptions,
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestMethods,
	ILoadOptionsFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { Clock } from '../clock';
import type { ByteStream } from './byteStream';
import { textOf } from './byteStream';
import type { Answer, Purpose } from './explain';
import { explainAnswer, explainSilence, explainUnreadable, networkFault } from './explain';
import { parseJson } from './parseJson';
import type { Provider } from './provider';
import { providerFrom } from './provider';
import { Recent } from './recent';
import { redact } from './redact';

export const CREDENTIAL = 'happyHorseApi';

/** Inactivity, not total: the API fetches and checks the picture before it answers. */
const TIMEOUT_MS = 120_000;

/** Room for the IDs of some 50,000 tasks. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** One reading in this time is cheap in any flood of calls, and a key that was changed counts soon enough. */
const CREDENTIAL_KEPT_MS = 5000;

const recentCredentials = new Recent<ICredentialDataDecryptedObject>(CREDENTIAL_KEPT_MS);

type ApiContext = IExecuteFunctions | ILoadOptionsFunctions | IWebhookFunctions;

export interface ApiCall {
	method: IHttpRequestMethods;
	/** Below the base URL, with everything in it already encoded. */
	path: string;
	purpose: Purpose;
	body?: IDataObject;
	/** Of a create request: false when it must not be sent again after the API was unavailable. */
	retryUnavailable?: boolean;
	/** When the answer is of no more use, in milliseconds since 1970: the call is not sent again after that. */
	giveUpAt?: number;
}

/**
 * The one door to the API. It sends a request once, never again: whether a request may be repeated is
 * for the caller to say, since a repeated POST is a second paid video.
 */
export interface Api {
	provider: Provider;
	/** @throws ApiFailure for every answer but a 2xx with JSON. */
	send(call: ApiCall): Promise<unknown>;
}

/** @throws Refusal when the credential cannot be used. */
export async function openApi(context: IExecuteFunctions | ILoadOptionsFunctions): Promise<Api> {
	// Each request reads the credential anew, since a long wait has to notice a changed key.
	return apiWith(context, await context.getCredentials(CREDENTIAL), {});
}

/**
 * For `webhook()`, where n8n starts a JavaScript engine for each reading of a credential, some 60 ms of CPU (2.41.1):
 * it is read once for all requests of a call, and for all calls of the same node within some seconds.
 *
 * @throws Refusal when the credential cannot be used.
 */
export async function openApiForCall(context: IWebhookFunctions, clock: Clock): Promise<Api> {
	const { id, credentials } = context.getNode();
	const reference = JSON.stringify(credentials?.[CREDENTIAL]);
	const key = [context.getWorkflow().id, context.getExecutionId(), id, reference].join(' ');
	const data = await recentCredentials.read(key, {
		now: clock.now(),
		ask: async () => await context.getCredentials(CREDENTIAL),
	});
	return apiWith(context, data, { credentialsDecrypted: decrypted(data) });
}

function apiWith(context: ApiContext, data: ICredentialDataDecryptedObject, known: Known): Api {
	const provider = providerFrom(data);
	return {
		provider,
		async send(call) {
			const answer = await exchange(context, { provider, known, call });
			if (answer.statusCode < 200 || answer.statusCode > 299) {
				throw explainAnswer(answer, call.purpose, call.retryUnavailable);
			}
			if (answer.body === undefined) throw explainUnreadable(answer.statusCode, call.purpose);
			return answer.body;
		},
	};
}

type Known = Pick<IAdditionalCredentialOptions, 'credentialsDecrypted'>;

function decrypted(data: ICredentialDataDecryptedObject): ICredentialsDecrypted {
	return { id: '', name: '', type: CREDENTIAL, data };
}

interface Exchange {
	provider: Provider;
	/** The credential, where it need not be read again. */
	known: Known;
	call: ApiCall;
}

async function exchange(context: ApiContext, { provider, known, call }: Exchange): Promise<Answer> {
	try {
		const response: unknown = await context.helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL,
			{
				method: call.method,
				url: provider.baseUrl + call.path,
				...(call.body === undefined ? {} : { body: call.body }),
				headers: { Accept: 'application/json' },
				// Read by hand, since n8n sets no limit: 300 kB of gzip were seen to become 300 MB.
				encoding: 'stream',
				timeout: TIMEOUT_MS,
				returnFullResponse: true,
				// n8n repeats an authenticated request once after a 401 that it sees as an error.
				ignoreHttpStatusErrors: true,
				// Headers such as the API key would follow a redirect to any other host.
				disableFollowRedirect: true,
			},
			known,
		);
		return await answerFrom(response, provider.secrets);
	} catch (error) {
		throw explainSilence(networkFault(error), call.purpose);
	}
}

async function answerFrom(response: unknown, secrets: readonly string[]): Promise<Answer> {
	const { statusCode, headers, body } = response as {
		statusCode: number;
		headers?: Record<string, unknown>;
		body: ByteStream;
	};
	const text = await textOf(body, { maxBytes: MAX_ANSWER_BYTES, withinMs: TIMEOUT_MS });
	return {
		statusCode,
		headers: headers ?? {},
		body: parse(text, { statusCode, secrets }),
		receivedAt: Date.now(),
	};
}

/** A refusal may echo the key, so its texts are cleaned before anybody reads them; a success is left as it is. */
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
