import type { Clock } from '../concurrency/clock';
import type { RateLimiter, Turn } from '../concurrency/rateLimiter';
import type { Purpose } from './apiResponse';
import { notSentError } from './requestErrors';

/** What decides when a request may leave. */
export interface TurnRequest {
	purpose: Purpose;
	/** When the response becomes useless, in milliseconds since 1970: the request is not sent after that. */
	giveUpAt?: number;
	/** True when a client that proved nothing caused the request. */
	forStranger?: boolean;
}

/** The turn of one request, taken before it is sent. */
export interface Ticket {
	/** True for the first request that uses it. */
	use(): boolean;
	/** Gives the turn back if no request has used it. */
	giveBack(): void;
}

export function ticketOf(limiter: RateLimiter, turn: Turn): Ticket {
	let open = true;
	const close = () => {
		const wasOpen = open;
		open = false;
		return wasOpen;
	};
	return {
		use: close,
		giveBack: () => void (close() && limiter.unused(turn)),
	};
}

/** @throws ApiError when the request could not leave in time; nothing was sent then. */
export async function takeTurn(
	limiter: RateLimiter,
	{ request, clock }: { request: TurnRequest; clock: Clock },
): Promise<Turn> {
	// An upload is a part of the request that it is made for.
	const paid = request.purpose === 'create' || request.purpose === 'upload';
	const priority = request.forStranger ? 'stranger' : paid ? 'paid' : 'read';
	const turn: Turn = { clock, priority, end: request.giveUpAt ?? Infinity };
	const result = await limiter.turn(turn);
	if (result !== 'go') throw notSentError(result, request.purpose);
	return turn;
}
