import { setTimeout as sleep } from 'node:timers/promises';

import { ONE_REQUEST } from './process';

export interface WebhookRequest {
	method?: string;
	/** Objects are sent as JSON; strings, bytes and FormData as they are. */
	body?: unknown;
	headers?: Record<string, string>;
	query?: Record<string, string>;
	timeoutMs?: number;
}

export interface WebhookWait {
	method?: string;
	timeoutMs?: number;
}

export interface WebhookResponse {
	status: number;
	/** Parsed when it is JSON, else the text. */
	body: unknown;
	headers: Headers;
}

/**
 * Polls until a production webhook is registered (1 to 2 s after publishing). It polls with a CORS
 * preflight, which names the registered methods and starts nothing.
 */
export async function waitForWebhook(
	url: URL,
	{ method = 'POST', timeoutMs = 20_000 }: WebhookWait = {},
): Promise<void> {
	const end = Date.now() + timeoutMs;
	for (;;) {
		const response = await fetch(url, {
			method: 'OPTIONS',
			headers: { origin: url.origin, ...ONE_REQUEST },
		});
		await response.arrayBuffer();
		const methods = (response.headers.get('access-control-allow-methods') ?? '').split(', ');
		if (methods.includes(method)) return;
		if (Date.now() > end)
			throw new Error(`The webhook ${method} ${url.pathname} is not registered.`);
		await sleep(100);
	}
}

/** Sends one request; returns responses of any status. */
export async function sendToWebhook(
	target: URL,
	{ method = 'POST', body, headers = {}, query = {}, timeoutMs = 120_000 }: WebhookRequest = {},
): Promise<WebhookResponse> {
	const url = new URL(target);
	for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
	const asIs: RequestInit['body'] | undefined =
		typeof body === 'string' || body instanceof FormData || body instanceof Uint8Array
			? (body as RequestInit['body'])
			: undefined;
	const json = asIs === undefined && body !== undefined;
	const response = await fetch(url, {
		method,
		headers: {
			...ONE_REQUEST,
			...(json ? { 'content-type': 'application/json' } : {}),
			...headers,
		},
		signal: AbortSignal.timeout(timeoutMs),
		...(body === undefined ? {} : { body: asIs ?? JSON.stringify(body) }),
	});
	const text = await response.text();
	return { status: response.status, body: parsed(text), headers: response.headers };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
