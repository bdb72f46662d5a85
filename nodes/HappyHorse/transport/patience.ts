import type { Clock } from '../clock';
import type { Api, ApiCall } from './api';
import { ApiFailure, apiFailureFrom } from './apiFailure';
import { retryPauseMs } from './retry';

/**
 * The same API, with requests sent again where the table in `retry.ts` allows it. When the API says that it
 * gets too many, all requests that share this object wait, not only the one that was told so.
 */
export function patient(api: Api, clock: Clock, random: () => number = Math.random): Api {
	let quietUntil = 0;
	const send = async (call: ApiCall) => {
		const end = call.giveUpAt ?? Infinity;
		for (let tried = 1; ; tried++) {
			// Another request may be told to wait for longer while this one waits.
			while (quietUntil > clock.now() && !clock.isCancelled()) {
				if (quietUntil > end) throw noTimeLeft();
				await clock.pause(quietUntil - clock.now());
			}
			// n8n would cut the request, and nobody could tell whether it had arrived.
			if (clock.isCancelled()) throw neverSent();
			try {
				return await api.send(call);
			} catch (error) {
				const failure = apiFailureFrom(error);
				const { purpose } = call;
				const pause = retryPauseMs(failure, { purpose, tried, random: random() });
				const late = pause !== null && clock.now() + pause > end;
				if (pause === null || late || clock.isCancelled()) throw apiFailureFrom(error);
				if (failure.kind === 'rate-limited') {
					quietUntil = Math.max(quietUntil, clock.now() + pause);
				} else {
					await clock.pause(pause);
				}
			}
		}
	};
	return { ...api, send };
}

/** The same API for questions whose answers are of no use after `moment`, in milliseconds since 1970. */
export function givingUpAt(api: Api, moment: number): Api {
	return { ...api, send: async (call) => await api.send({ ...call, giveUpAt: moment }) };
}

function noTimeLeft(): ApiFailure {
	return new ApiFailure('The API asked for a pause that is longer than the time left', {
		advice: 'Wait a few minutes, then try again.',
		kind: 'rate-limited',
		passing: true,
	});
}

function neverSent(): ApiFailure {
	return new ApiFailure('The execution was canceled before the request was sent', {
		advice: 'Nothing was created or charged by this request. Run again when you like.',
	});
}
