import type { IExecuteFunctions, IHttpRequestOptions, IWebhookFunctions } from 'n8n-workflow';

import { isLocalHost, isSpecialHost } from './hosts';
import type { ByteStream } from './stream';
import { atPlace, lookUp } from './dns';

export type FileContext = IExecuteFunctions | IWebhookFunctions;

export interface FileRequest {
	url: string;
	headers?: Record<string, string>;
	/** Of silence, not in total. */
	timeoutMs: number;
	/** True only when the provider itself is on this machine or network. */
	allowLocal: boolean;
	/**
	 * True for an address that a stranger may have chosen: it is opened where its name led when it was looked at,
	 * since the name may lead elsewhere a moment later. A proxy that goes by names may refuse that.
	 */
	pinned?: boolean;
}

export interface FileResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: ByteStream;
}

/** The address, or one it leads to, is not one that a stranger may make this n8n open. */
export class BlockedUrlError extends Error {}

const MOST_REDIRECTS = 5;

/**
 * Opens a file on a server that is not ours to trust: without the API key, and following redirects by hand, so
 * that each address on the way is looked at before it is opened.
 *
 * @throws BlockedUrlError for anything but http(s), and for addresses of this machine or network.
 */
export async function safeFetch(
	context: FileContext,
	{ url, headers = {}, timeoutMs, allowLocal, pinned = false }: FileRequest,
): Promise<FileResponse> {
	let address = url;
	for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
		const places = await placesOf(context, address, allowLocal);
		const response = await requestAt(context, pinned ? places : [], {
			url: address,
			headers,
			timeout: timeoutMs,
		});
		const { location } = response.headers;
		const redirected = response.statusCode >= 300 && response.statusCode < 400;
		if (!redirected || typeof location !== 'string') return response;
		response.body.destroy();
		if (!URL.canParse(location, address)) break;
		address = new URL(location, address).href;
	}
	throw new BlockedUrlError('The URL redirects without end');
}

type FileOptions = Pick<IHttpRequestOptions, 'url' | 'timeout'> & {
	headers: Record<string, string>;
};

/** One place after the other, until a server answers; without any the name is looked up on the way. */
async function requestAt(
	context: FileContext,
	places: readonly string[],
	options: FileOptions,
): Promise<FileResponse> {
	if (places.length === 0) return await request(context, options);
	let failure: unknown;
	for (const place of places) {
		const { url, host } = atPlace(place, options.url);
		try {
			return await request(context, {
				...options,
				url,
				headers: { ...options.headers, Host: host },
			});
		} catch (error) {
			failure = error;
		}
	}
	throw failure;
}

async function request(context: FileContext, options: FileOptions): Promise<FileResponse> {
	const abortSignal =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	return (await context.helpers.httpRequest({
		...options,
		method: 'GET',
		// A small packed answer could become an endless one.
		headers: { 'Accept-Encoding': 'identity', ...options.headers },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		...(abortSignal === undefined ? {} : { abortSignal }),
	})) as FileResponse;
}

/** Where an address that may be opened leads to; empty where that is of no concern or n8n cannot tell. */
async function placesOf(
	context: FileContext,
	address: string,
	allowLocal: boolean,
): Promise<string[]> {
	const url = URL.canParse(address) ? new URL(address) : undefined;
	if (!url || !['https:', 'http:'].includes(url.protocol) || url.username || url.password) {
		throw new BlockedUrlError('Only http and https addresses without a user name are opened');
	}
	const { hostname } = url;
	if (isSpecialHost(hostname)) throw new BlockedUrlError(`${hostname} is no server address`);
	if (allowLocal) return [];
	const places = isLocalHost(hostname) ? 'local' : await lookUp(context, hostname);
	if (places === 'local') throw new BlockedUrlError(`${hostname} is on this machine or network`);
	return places;
}
