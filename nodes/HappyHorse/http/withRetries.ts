import type { Clock } from '../concurrency/clock';
import { retrying } from '../concurrency/retrying';
import type { Api, ApiRequest } from './apiClient';
import { toApiError } from './apiError';
import { retryPauseMs } from './retryPolicy';

/** The same API, with requests sent again where the table in `retryPolicy.ts` allows it. */
export function withRetries(api: Api, clock: Clock, random: () => number = Math.random): Api {
	const send = async (request: ApiRequest) => {
		if (request.once) return await api.send(request);
		const { purpose, giveUpAt = Infinity } = request;
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
			async () => await api.send(request),
		);
		if ('value' in outcome) return outcome.value;
		throw toApiError(outcome.error);
	};
	return { ...api, send };
}

/** The same API for requests whose responses are useless after `moment`, in milliseconds since 1970. */
export function givingUpAt(api: Api, moment: number): Api {
	return { ...api, send: async (request) => await api.send({ giveUpAt: moment, ...request }) };
}
