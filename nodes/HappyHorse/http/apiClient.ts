import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	IExecuteFunctions,
	ILoadOptionsFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { inTime } from '../concurrency/inTime';
import type { RateLimiter } from '../concurrency/rateLimiter';
import { TtlCache } from '../concurrency/ttlCache';
import type { Account } from './account';
import { accountOf, limitIn } from './account';
import { LONGEST_REQUESTED_PAUSE_MS } from './apiError';
import type { ApiResponse } from './apiResponse';
import type { ApiContext, HttpRequest, Known } from './exchange';
import { CREDENTIAL, exchange, timeoutOf } from './exchange';
import type { Provider } from './provider';
import { providerFrom } from './provider';
import { notSentError, unreadableError } from './requestErrors';
import { responseError } from './responseError';
import type { Ticket, TurnRequest } from './turns';
import { takeTurn, ticketOf } from './turns';

/** Even a flood of webhooks reads the credential only once in this time, and a changed key counts soon enough. */
const CREDENTIAL_KEPT_MS = 5000;

const credentialCache = new TtlCache<ICredentialDataDecryptedObject>(CREDENTIAL_KEPT_MS);

export interface ApiRequest extends TurnRequest, HttpRequest {
	/** Of a create request: false when it must not be sent again after the API was unavailable. */
	retryUnavailable?: boolean;
	/** True when the code that sends it decides about repeats itself. */
	once?: boolean;
	/** Its turn, if it has waited for it already. */
	ticket?: Ticket;
}

/**
 * The only access to the API. A request waits for its turn within the limit of its account and is sent once. Retries are
 * up to `withRetries`, since a repeated POST is a second paid video.
 */
export interface Api {
	provider: Provider;
	account: Account;
	/**
	 * Waits for the turn of a paid request, which may take minutes. Claim the request after it: others wait for a claim.
	 *
	 * @throws ApiError when the execution was canceled.
	 */
	takeTicket(): Promise<Ticket>;
	/** @throws ApiError for every response but a 2xx with JSON, and when the request could not be sent in time. */
	send(request: ApiRequest): Promise<unknown>;
}

/** @throws ValidationError when the credential cannot be used. */
export async function openApi(
	context: IExecuteFunctions | ILoadOptionsFunctions,
	clock: Clock,
): Promise<Api> {
	// Each request reads the credential again, since a long wait has to notice a changed key.
	return apiWith(context, { data: await context.getCredentials(CREDENTIAL), known: {}, clock });
}

/**
 * For `webhook()`, where n8n starts a JavaScript engine for each reading of a credential, some 60 ms of CPU (2.41.1):
 * it is read once for all requests of a webhook, and for all webhooks of the same node within some seconds.
 *
 * @throws ValidationError when the credential cannot be used.
 */
export async function openApiForWebhook(context: IWebhookFunctions, clock: Clock): Promise<Api> {
	const { id, credentials } = context.getNode();
	const reference = JSON.stringify(credentials?.[CREDENTIAL]);
	const key = [context.getWorkflow().id, context.getExecutionId(), id, reference].join(' ');
	const data = await credentialCache.read(key, {
		now: clock.now(),
		load: async () => await context.getCredentials(CREDENTIAL),
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
	const send = async (request: ApiRequest) => {
		if (!request.ticket?.use()) await takeTurn(limiter, { request, clock });
		const sentAt = clock.now();
		let response: ApiResponse | undefined;
		try {
			const timeout = timeoutOf(request, sentAt);
			response = await exchange(context, { provider, known, request, timeout });
		} finally {
			if (response === undefined) limiter.accepted(sentAt);
		}
		const limit = provider.isHosted ? null : limitIn(response.headers);
		if (limit !== null) limiter.learn(limit);
		return resultOf(response, { request, limiter, clock, sentAt });
	};
	return {
		provider,
		account,
		async takeTicket() {
			const turn = await takeTurn(limiter, { request: { purpose: 'create' }, clock });
			return ticketOf(limiter, turn);
		},
		async send(request) {
			if (request.purpose !== 'list') return await send(request);
			const { path, giveUpAt = Infinity } = request;
			const shared = lists.run(path, { clock, work: async () => ({ list: await send(request) }) });
			const result = await inTime(shared, { clock, end: giveUpAt });
			if (result === 'late') throw notSentError('late', 'list');
			return result.list;
		},
	};
}

interface Sent {
	request: ApiRequest;
	limiter: RateLimiter;
	clock: Clock;
	sentAt: number;
}

function resultOf(response: ApiResponse, { request, limiter, clock, sentAt }: Sent): unknown {
	if (response.statusCode < 200 || response.statusCode > 299) {
		const failure = responseError(response, request.purpose, request.retryUnavailable);
		const { kind, requestedPauseMs } = failure;
		const isPaced = kind === 'rate-limited' && requestedPauseMs <= LONGEST_REQUESTED_PAUSE_MS;
		const pacing = { now: clock.now(), requestedPauseMs, random: Math.random() };
		if (isPaced) limiter.rejected(sentAt, pacing);
		else limiter.accepted(sentAt);
		throw failure;
	}
	limiter.accepted(sentAt);
	if (response.body === undefined) throw unreadableError(response.statusCode, request.purpose);
	return response.body;
}

function decrypted(data: ICredentialDataDecryptedObject): ICredentialsDecrypted {
	return { id: '', name: '', type: CREDENTIAL, data };
}
