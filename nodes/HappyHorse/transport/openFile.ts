import type { IExecuteFunctions, IHttpRequestOptions, IWebhookFunctions } from 'n8n-workflow';

import { isLocalHost, isSpecialHost } from './host';
import type { ByteStream } from './byteStream';

export type FileContext = IExecuteFunctions | IWebhookFunctions;

export interface FileRequest {
	url: string;
	headers?: Record<string, string>;
	/** Of silence, not in total. */
	timeoutMs: number;
	/** True only when the provider itself is on this machine or network. */
	allowLocal: boolean;
}

export interface FileResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: ByteStream;
}

/** The address, or one it leads to, is not one that a stranger may make this n8n open. */
export class BlockedAddress extends Error {}

const MOST_REDIRECTS = 5;

/**
 * Opens a file on a server that is not ours to trust: without the API key, and following redirects by hand, so
 * that each address on the way is looked at before it is opened.
 *
 * @throws BlockedAddress for anything but http(s), and for addresses of this machine or network.
 */
export async function openFile(
	context: FileContext,
	{ url, headers = {}, timeoutMs, allowLocal }: FileRequest,
): Promise<FileResponse> {
	let address = url;
	for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
		await assertOpen(context, address, allowLocal);
		const response = await request(context, { url: address, headers, timeout: timeoutMs });
		const { location } = response.headers;
		const redirected = response.statusCode >= 300 && response.statusCode < 400;
		if (!redirected || typeof location !== 'string') return response;
		response.body.destroy();
		if (!URL.canParse(location, address)) break;
		address = new URL(location, address).href;
	}
	throw new BlockedAddress('The address leads from one to another without end');
}

async function request(
	context: FileContext,
	options: Pick<IHttpRequestOptions, 'url' | 'timeout'> & { headers: Record<string, string> },
): Promise<FileResponse> {
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

async function assertOpen(
	context: FileContext,
	address: string,
	allowLocal: boolean,
): Promise<void> {
	const url = URL.canParse(address) ? new URL(address) : undefined;
	if (!url || !['https:', 'http:'].includes(url.protocol) || url.username || url.password) {
		throw new BlockedAddress('Only http and https addresses without a user name are opened');
	}
	if (isSpecialHost(url.hostname)) {
		throw new BlockedAddress(`${url.hostname} is no address of a server`);
	}
	if (allowLocal) return;
	if (isLocalHost(url.hostname) || (await resolvesToLocal(context, address))) {
		throw new BlockedAddress(`${url.hostname} is on this machine or network`);
	}
}

/** Newer versions of n8n can look up a name and say whether it leads into their own network. */
async function resolvesToLocal(context: FileContext, address: string): Promise<boolean> {
	const helpers: Partial<FileContext['helpers']> = context.helpers;
	// A name that cannot be looked up proves nothing: behind a proxy n8n may have no name service at all. n8n 2.41.1
	// throws then, and gives a result for anything else.
	const result = await helpers
		.getSecureEgressFilter?.('enforced')
		.validateUrl(address)
		.catch(() => undefined);
	return result !== undefined && !result.ok && result.error.name.startsWith('Ssrf');
}
