import type { IExecuteFunctions, IHttpRequestOptions, IWebhookFunctions } from 'n8n-workflow';

import { atIpAddress, resolveHost } from './dns';
import { isLocalHost, isSpecialHost } from './localHosts';
import type { ByteStream } from './stream';

export type FileContext = IExecuteFunctions | IWebhookFunctions;

export interface FileRequest {
	url: string;
	headers?: Record<string, string>;
	/** Without data, not in total. */
	timeoutMs: number;
	/** True only when the provider itself is on this machine or network. */
	allowLocal: boolean;
	/**
	 * True for a URL that a stranger may have chosen: it is opened at the IP addresses that were checked, since its name
	 * may resolve to another one a moment later. A proxy that works with names may reject that.
	 */
	pinned?: boolean;
}

export interface FileResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: ByteStream;
}

/** The URL, or one it redirects to, must not be opened for a stranger. */
export class BlockedUrlError extends Error {}

const MOST_REDIRECTS = 5;

/**
 * Opens a file on an untrusted server: without the API key, and with each redirect checked before it is followed.
 *
 * @throws BlockedUrlError for anything but http(s), and for hosts on this machine or network.
 */
export async function safeFetch(
	context: FileContext,
	{ url, headers = {}, timeoutMs, allowLocal, pinned = false }: FileRequest,
): Promise<FileResponse> {
	let current = url;
	for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
		const ipAddresses = await ipAddressesOf(context, current, allowLocal);
		const response = await requestAt(context, pinned ? ipAddresses : [], {
			url: current,
			headers,
			timeout: timeoutMs,
		});
		const { location } = response.headers;
		const redirected = response.statusCode >= 300 && response.statusCode < 400;
		if (!redirected || typeof location !== 'string') return response;
		response.body.destroy();
		if (!URL.canParse(location, current)) break;
		current = new URL(location, current).href;
	}
	throw new BlockedUrlError('The URL redirects without end');
}

type FileOptions = Pick<IHttpRequestOptions, 'url' | 'timeout'> & {
	headers: Record<string, string>;
};

/** Tries one IP address after the other until a server responds. Without any, the HTTP client resolves the name. */
async function requestAt(
	context: FileContext,
	ipAddresses: readonly string[],
	options: FileOptions,
): Promise<FileResponse> {
	if (ipAddresses.length === 0) return await request(context, options);
	let failure: unknown;
	for (const ipAddress of ipAddresses) {
		const { url, host } = atIpAddress(ipAddress, options.url);
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
		// A small compressed response could grow without end.
		headers: { 'Accept-Encoding': 'identity', ...options.headers },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		...(abortSignal === undefined ? {} : { abortSignal }),
	})) as FileResponse;
}

/** The IP addresses of a URL that may be opened; empty where they do not matter or n8n cannot tell. */
async function ipAddressesOf(
	context: FileContext,
	target: string,
	allowLocal: boolean,
): Promise<string[]> {
	const url = URL.canParse(target) ? new URL(target) : undefined;
	if (!url || !['https:', 'http:'].includes(url.protocol) || url.username || url.password) {
		throw new BlockedUrlError('Only http and https URLs without a user name are opened');
	}
	const { hostname } = url;
	if (isSpecialHost(hostname)) throw new BlockedUrlError(`${hostname} is no public IP address`);
	if (allowLocal) return [];
	const ipAddresses = isLocalHost(hostname) ? 'local' : await resolveHost(context, hostname);
	if (ipAddresses === 'local')
		throw new BlockedUrlError(`${hostname} is on this machine or network`);
	return ipAddresses;
}
