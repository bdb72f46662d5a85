import { message, type ApiResponse } from './response';
import type { SandboxSettings } from './wire';

const WINDOW_MS = 60_000;

/** When the requests of one account were let through: ascending, the first `gone` are outdated. */
interface Window {
	times: number[];
	gone: number;
}

/** What one request has to be told. */
export interface Admission {
	/** for this response, whatever it is */
	headers: Record<string, string>;
	/** the response when the request is one too many */
	rejection?: ApiResponse;
}

/** A sliding window of a real minute for each account; a rejected request does not count. */
export class RateLimit {
	private readonly windows = new Map<string, Window>();

	constructor(private readonly settings: SandboxSettings) {}

	admit(account: string, now = performance.now()): Admission {
		const { requestsPerMinute: limit, limitHeaders } = this.settings;
		if (limit === 0) return { headers: {} };
		const window = this.windowOf(account, now);
		const used = () => window.times.length - window.gone;
		const rejected = used() >= limit;
		if (!rejected) window.times.push(now);
		// After a lowered limit, more than one has to leave before another is let in.
		const leaving = window.times[window.gone + Math.max(0, used() - limit)] ?? now;
		const seconds = String(Math.max(1, Math.ceil((leaving + WINDOW_MS - now) / 1000)));
		const headers = {
			...(limitHeaders === 'all'
				? {
						'x-ratelimit-limit': String(limit),
						'x-ratelimit-remaining': String(Math.max(0, limit - used())),
						'x-ratelimit-reset': seconds,
					}
				: {}),
			...(rejected && limitHeaders !== 'none' ? { 'retry-after': seconds } : {}),
		};
		return rejected ? { headers, rejection: message(429, 'Too many requests') } : { headers };
	}

	clear(): void {
		this.windows.clear();
	}

	private windowOf(account: string, now: number): Window {
		const window = this.windows.get(account) ?? { times: [], gone: 0 };
		this.windows.set(account, window);
		while ((window.times[window.gone] ?? Infinity) <= now - WINDOW_MS) window.gone += 1;
		// Cut off only when it is the larger part: each entry is then moved once at most on average.
		if (window.gone * 2 > window.times.length) {
			window.times.splice(0, window.gone);
			window.gone = 0;
		}
		return window;
	}
}
