import { ONE_REQUEST } from './process';

export class RestError extends Error {
	constructor(
		readonly status: number,
		readonly request: string,
		readonly body: string,
	) {
		super(`n8n responded with ${status} to ${request}: ${body.slice(0, 500)}`);
		this.name = 'RestError';
	}
}

export interface RestOptions {
	query?: Record<string, string>;
	body?: unknown;
	timeoutMs?: number;
}

/** n8n's REST API with the cookie of one login. */
export class Session {
	private readonly cookies = new Map<string, string>();

	constructor(readonly url: string) {}

	/** Sends a request with the cookie; returns responses of any status. */
	async send(method: string, path: string, options: RestOptions = {}): Promise<Response> {
		const url = new URL(path, this.url);
		for (const [name, value] of Object.entries(options.query ?? {}))
			url.searchParams.set(name, value);
		const headers: Record<string, string> = { accept: 'application/json', ...ONE_REQUEST };
		if (this.cookies.size > 0) {
			headers.cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
		}
		if (options.body !== undefined) headers['content-type'] = 'application/json';
		const response = await fetch(url, {
			method,
			headers,
			redirect: 'manual',
			signal: AbortSignal.timeout(options.timeoutMs ?? 60_000),
			...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
		});
		for (const cookie of response.headers.getSetCookie()) {
			const [name, value] = (cookie.split(';')[0] ?? '').split('=');
			if (name && value !== undefined) this.cookies.set(name, value);
		}
		return response;
	}

	/** Requests `/rest/<path>` and returns the `data` of the response; throws `RestError` on 4xx and 5xx. */
	async rest(method: string, path: string, options: RestOptions = {}): Promise<unknown> {
		const response = await this.send(method, `/rest/${path}`, options);
		const body = await response.text();
		if (!response.ok) throw new RestError(response.status, `${method} /rest/${path}`, body);
		if (body === '') return undefined;
		const parsed: unknown = JSON.parse(body);
		return typeof parsed === 'object' && parsed !== null && 'data' in parsed ? parsed.data : parsed;
	}
}
