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

import type { Clock } from '../concurrency/clock';
import type { RateLimiter, Turn } from '../concurrency/rateLimiter';
import type { Account } from './account';
import { accountOf, limitIn } from './account';
import { LONGEST_ASKED_PAUSE_MS } from './apiError';
import type { ByteStream } from './stream';
import { textOf } from './stream';
import type { Answer, Purpose } from './explainError';
import {
	responseError,
	notSentError,
	noResponseError,
	unreadableError,
	networkFault,
} from './explainError';
import { parseJson } from './json';
import type { Provider } from './provider';
import { providerFrom } from './provider';
import { TtlCache } from '../concurrency/ttlCache';
import { redact } from './redact';

export const CREDENTIAL = 'happyHorseApi';

/** Inactivity, not total: the API fetches and checks the image before it answers. */
const CREATE_TIMEOUT_MS = 120_000;

const READ_TIMEOUT_MS = 30_000;

/** Room for the IDs of some 50,000 tasks. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** One reading in this time is cheap in any flood of calls, and a key that was changed counts soon enough. */
const CREDENTIAL_KEPT_MS = 5000;

const credentialCache = new TtlCache<ICredentialDataDecryptedObject>(CREDENTIAL_KEPT_MS);

type ApiContext = IExecuteFunctions | ILoadOptionsFunctions | IWebhookFunctions;

export interface ApiRequest {
	method: IHttpRequestMethods;
	/** Below the base URL, with everything in it already encoded. */
	path: string;
	purpose: Purpose;
	body?: IDataObject;
	/** Of a create request: false when it must not be sent again after the API was unavailable. */
	retryUnavailable?: boolean;
	/** When the answer is of no more use, in milliseconds since 1970: the request is not sent after that. */
	giveUpAt?: number;
	/** True when a client that proved nothing caused the request. */
	forStranger?: boolean;
	/** Its turn, if it has waited for it already. */
	ticket?: Ticket;
}

/** The turn of one request, taken before it is sent. */
export interface Ticket {
	/** True for the first request that uses it. */
	use(): boolean;
	/** Gives the turn back if no request has used it. */
	giveBack(): void;
}

/**
 * The one door to the API. A request waits for its turn within the limit of its account, and is sent once, never again:
 * whether a request may be repeated is for the caller to say, since a repeated POST is a second paid video.
 */
export interface Api {
	provider: Provider;
	account: Account;
	/**
	 * Waits for the turn of a paid request, which may take minutes: what must not be held for so long is done after it.
	 *
	 * @throws ApiError when the execution was canceled.
	 */
	takeTicket(): Promise<Ticket>;
	/** @throws ApiError for every answer but a 2xx with JSON, and when the request could not be sent in time. */
	send(call: ApiRequest): Promise<unknown>;
}

/** @throws ValidationError when the credential cannot be used. */
export async function openApi(
	context: IExecuteFunctions | ILoadOptionsFunctions,
	clock: Clock,
): Promise<Api> {
	// Each request reads the credential anew, since a long wait has to notice a changed key.
	return apiWith(context, { data: await context.getCredentials(CREDENTIAL), known: {}, clock });
}

/**
 * For `webhook()`, where n8n starts a JavaScript engine for each reading of a credential, some 60 ms of CPU (2.41.1):
 * it is read once for all requests of a call, and for all calls of the same node within some seconds.
 *
 * @throws ValidationError when the credential cannot be used.
 */
export async function openApiForWebhook(context: IWebhookFunctions, clock: Clock): Promise<Api> {
	const { id, credentials } = context.getNode();
	const reference = JSON.stringify(credentials?.[CREDENTIAL]);
	const key = [context.getWorkflow().id, context.getExecutionId(), id, reference].join(' ');
	const data = await credentialCache.read(key, {
		now: clock.now(),
		ask: async () => await context.getCredentials(CREDENTIAL),
	});
	return apiWith(context, { data, known: { credentialsDecrypted: decrypted(data) }, clock });
}

function apiWith(
	context: ApiContext,
	{ data, known, clock }: { data: ICredentialDataDecryptedObject; known: Known; clock: Clock },
): Api {
	const provider = providerFrom(data);
	const account = accountOf(provider);
	const { limiter, lists } = account;
	const send = async (call: ApiRequest) => {
		if (!call.ticket?.use()) await takeTurn(limiter, { call, clock });
		const sentAt = clock.now();
		let answer: Answer | undefined;
		try {
			const timeout = timeoutOf(call, sentAt);
			answer = await exchange(context, { provider, known, call, timeout });
		} finally {
			if (answer === undefined) limiter.accepted(sentAt);
		}
		const limit = provider.isHosted ? null : limitIn(answer.headers);
		if (limit !== null) limiter.learn(limit);
		return resultOf(answer, { call, limiter, clock, sentAt });
	};
	return {
		provider,
		account,
		async takeTicket() {
			const turn = await takeTurn(limiter, { call: { purpose: 'create' }, clock });
			return ticketOf(limiter, turn);
		},
		async send(call) {
			if (call.purpose !== 'list') return await send(call);
			return await lists.run(call.path, { clock, work: async () => await send(call) });
		},
	};
}

function ticketOf(limiter: RateLimiter, turn: Turn): Ticket {
	let open = true;
	const close = () => {
		const wasOpen = open;
		open = false;
		return wasOpen;
	};
	return {
		use: close,
		giveBack: () => void (close() && limiter.unused(turn)),
	};
}

/** @throws ApiError when the request could not leave in time; nothing was sent then. */
async function takeTurn(
	limiter: RateLimiter,
	{ call, clock }: { call: Pick<ApiRequest, 'purpose' | 'forStranger' | 'giveUpAt'>; clock: Clock },
): Promise<Turn> {
	// An upload is a part of the request that it is made for.
	const paid = call.purpose === 'create' || call.purpose === 'upload';
	const priority = call.forStranger ? 'stranger' : paid ? 'paid' : 'read';
	const turn: Turn = { clock, priority, end: call.giveUpAt ?? Infinity };
	const result = await limiter.turn(turn);
	if (result !== 'go') throw notSentError(result, call.purpose);
	return turn;
}

interface Sent {
	call: ApiRequest;
	limiter: RateLimiter;
	clock: Clock;
	sentAt: number;
}

function resultOf(answer: Answer, { call, limiter, clock, sentAt }: Sent): unknown {
	if (answer.statusCode < 200 || answer.statusCode > 299) {
		const failure = responseError(answer, call.purpose, call.retryUnavailable);
		const { kind, askedPauseMs } = failure;
		const isPaced = kind === 'rate-limited' && askedPauseMs <= LONGEST_ASKED_PAUSE_MS;
		const pacing = { now: clock.now(), askedPauseMs, random: Math.random() };
		if (isPaced) limiter.rejected(sentAt, pacing);
		else limiter.accepted(sentAt);
		throw failure;
	}
	limiter.accepted(sentAt);
	if (answer.body === undefined) throw unreadableError(answer.statusCode, call.purpose);
	return answer.body;
}

type Known = Pick<IAdditionalCredentialOptions, 'credentialsDecrypted'>;

function decrypted(data: ICredentialDataDecryptedObject): ICredentialsDecrypted {
	return { id: '', name: '', type: CREDENTIAL, data };
}

interface Exchange {
	provider: Provider;
	/** The credential, where it need not be read again. */
	known: Known;
	call: ApiRequest;
	/** In milliseconds. */
	timeout: number;
}

async function exchange(
	context: ApiContext,
	{ provider, known, call, timeout }: Exchange,
): Promise<Answer> {
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
				timeout,
				returnFullResponse: true,
				// n8n repeats an authenticated request once after a 401 that it sees as an error.
				ignoreHttpStatusErrors: true,
				// Headers such as the API key would follow a redirect to any other host.
				disableFollowRedirect: true,
			},
			known,
		);
		return await answerFrom(response, { secrets: provider.secrets, withinMs: timeout });
	} catch (error) {
		throw noResponseError(networkFault(error), call.purpose);
	}
}

/** A paid request is waited for as long as it takes: without its answer nobody knows whether the video exists. */
function timeoutOf({ purpose, giveUpAt = Infinity }: ApiRequest, now: number): number {
	if (purpose === 'create' || purpose === 'upload') return CREATE_TIMEOUT_MS;
	return Math.max(1, Math.min(READ_TIMEOUT_MS, giveUpAt - now));
}

async function answerFrom(
	response: unknown,
	{ secrets, withinMs }: { secrets: readonly string[]; withinMs: number },
): Promise<Answer> {
	const { statusCode, headers, body } = response as {
		statusCode: number;
		headers?: Record<string, unknown>;
		body: ByteStream;
	};
	const text = await textOf(body, { maxBytes: MAX_ANSWER_BYTES, withinMs });
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
