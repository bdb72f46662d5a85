import type { Clock } from '../concurrency/clock';
import { retrying } from '../concurrency/retrying';
import type { Api, ApiRequest } from './apiClient';
import { toApiError } from './apiError';
import { retryPauseMs } from './retryPolicy';

/** The same API, with requests sent again where the table in `retry.ts` allows it. */
export function withRetries(api: Api, clock: Clock, random: () => number = Math.random): Api {
	const send = async (call: ApiRequest) => {
		const { purpose, giveUpAt = Infinity } = call;
		const outcome = await retrying<unknown>(
			{
				clock,
				pauseAfter(result, tried) {
					if ('value' in result) return null;
					const failure = toApiError(result.error);
					const pause = retryPauseMs(failure, { purpose, tried, random: random() });
					return pause === null || clock.now() + pause > giveUpAt ? null : pause;
				},
			},
			async () => await api.send(call),
		);
		if ('value' in outcome) return outcome.value;
		throw toApiError(outcome.error);
	};
	return { ...api, send };
}

/** The same API for questions whose answers are of no use after `moment`, in milliseconds since 1970. */
export function givingUpAt(api: Api, moment: number): Api {
	return { ...api, send: async (call) => await api.send({ giveUpAt: moment, ...call }) };
}
