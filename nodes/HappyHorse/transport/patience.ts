import type { Clock } from '../clock';
import type { Api, ApiCall } from './api';
import { apiFailureFrom } from './apiFailure';
import { retryPauseMs } from './retry';

/**
 * The same API, with requests sent again where the table in `retry.ts` allows it. When the API says that it
 * gets too many, all requests that share this object wait, not only the one that was told so.
 */
export function patient(api: Api, clock: Clock, random: () => number = Math.random): Api {
	let quietUntil = 0;
	const send = async (call: ApiCall) => {
		for (let tried = 1; ; tried++) {
			await clock.pause(Math.max(0, quietUntil - clock.now()));
			try {
				return await api.send(call);
			} catch (error) {
				const failure = apiFailureFrom(error);
				const { purpose } = call;
				const pause = retryPauseMs(failure, { purpose, tried, random: random() });
				if (pause === null || clock.isCancelled()) throw apiFailureFrom(error);
				if (failure.kind === 'rate-limited') {
					quietUntil = Math.max(quietUntil, clock.now() + pause);
				} else {
					await clock.pause(pause);
				}
				if (clock.isCancelled()) throw apiFailureFrom(error);
			}
		}
	};
	return { ...api, send };
}
