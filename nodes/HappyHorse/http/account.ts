import { createHash } from 'crypto';

import { MostRecentlyUsed } from '../concurrency/mostRecentlyUsed';
import { RateLimiter } from '../concurrency/rateLimiter';
import { SingleFlight } from '../concurrency/singleFlight';
import type { Provider } from './provider';

/** The documented limit of the provider, for each API key. */
const REQUESTS_PER_MINUTE = 50;

const LISTS_APART_MS = 2000;

const MOST_ACCOUNTS = 1000;

/** What this process keeps of an API key: all executions that use the key share it. */
export interface Account {
	limiter: RateLimiter;
	/** Lists of tasks by path. One request serves all executions that want it at about the same time. */
	lists: SingleFlight<{ list: unknown }>;
	/** Where tasks were created or read. A webhook does not name its endpoint: most are about one of the latest. */
	latestEndpoints: MostRecentlyUsed;
}

const accounts = new Map<string, Account>();

/** The account of a credential: by its base URL and its API key. */
export function accountOf({ baseUrl, isHosted, secrets: [apiKey = ''] }: Provider): Account {
	const key = createHash('sha256').update(`${baseUrl}\n${apiKey}`).digest('hex');
	const known = accounts.get(key);
	if (known) return known;
	const account: Account = {
		limiter: new RateLimiter(isHosted ? REQUESTS_PER_MINUTE : Infinity),
		lists: new SingleFlight(LISTS_APART_MS),
		latestEndpoints: new MostRecentlyUsed(),
	};
	accounts.set(key, account);
	for (const oldest of accounts.keys()) {
		if (accounts.size <= MOST_ACCOUNTS) break;
		accounts.delete(oldest);
	}
	return account;
}

/** The requests a minute that a response allows; `null` when it names none. Gateways name their own limit in this way. */
export function limitIn(headers: Record<string, unknown>): number | null {
	const limit = Number(headers['x-ratelimit-limit'] ?? Number.NaN);
	return Number.isInteger(limit) && limit > 0 ? limit : null;
}
