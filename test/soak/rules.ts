import type { SandboxRule } from '../../sandbox/api/wire';
import type { Burst } from './plan';

const SLOW_MS = 1500;

/** What the marks in a prompt make the sandbox do. A late webhook is lost at first: the soak sends it later. */
export function rulesFor(seconds: readonly number[]): SandboxRule[] {
	return [
		...seconds.map(
			(each): SandboxRule => ({
				on: 'create',
				where: { prompt: `[takes ${each} s]` },
				do: { seconds: each },
			}),
		),
		{ on: 'create', where: { prompt: '[slow]' }, do: { delayMs: SLOW_MS } },
		{ on: 'create', where: { prompt: '[lost]' }, do: { webhooks: 'lost' } },
		{ on: 'create', where: { prompt: '[late]' }, do: { webhooks: 'lost' } },
		{ on: 'create', where: { prompt: '[doubled]' }, do: { webhooks: 'doubled' } },
	];
}

const MESSAGES = {
	429: 'Too many requests',
	503: 'Service Unavailable. Please try again later.',
};

/** For some seconds the API responds with nothing else, whatever is requested. */
export function burstRule({ status, ms }: Burst, now: number): SandboxRule {
	const headers: Record<string, string> = status === 429 ? { 'retry-after': '2' } : {};
	return {
		on: 'any',
		untilMs: now + ms,
		do: { response: { status, body: { message: MESSAGES[status] }, headers } },
	};
}
