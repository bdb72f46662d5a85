import type { NodeApiError } from 'n8n-workflow';

type NodeApiErrorOptions = NonNullable<ConstructorParameters<typeof NodeApiError>[2]>;

/** The cause, for newer versions of n8n; older ones ignore it. */
export type FailureCause = NonNullable<NodeApiErrorOptions['failure']>;

/**
 * Decides whether the request may be sent again. `unreachable`: it never left n8n. `unavailable`: the API said, in its
 * documented words, that it is busy. `unclear`: any other temporary fault; the request may have had an effect.
 * `rejected`: sending it again would not help.
 */
export type FailureKind = 'unreachable' | 'rate-limited' | 'unavailable' | 'unclear' | 'rejected';

/** If the API requests a longer pause, the request fails instead of waiting. */
export const LONGEST_REQUESTED_PAUSE_MS = 90_000;

export interface ApiErrorFacts {
	/** What to do now, in plain words. */
	hint: string;
	statusCode?: number;
	cause?: FailureCause;
	/** By default `unclear` if `retryable` or `outcomeUnknown` is set, else `rejected`. */
	kind?: FailureKind;
	/** True when the same request may succeed a little later. */
	retryable?: boolean;
	/** Only of a create request: the task may or may not exist, and be charged. */
	outcomeUnknown?: boolean;
	/** True when every other request of the account would fail in the same way, such as after a wrong key. */
	accountWide?: boolean;
}

/** A failed request. `message` says what happened, `hint` what to do. Neither holds a secret. */
export class ApiError extends Error {
	readonly hint: string;

	readonly statusCode: number | undefined;

	readonly failure: FailureCause | undefined;

	readonly kind: FailureKind;

	readonly retryable: boolean;

	readonly outcomeUnknown: boolean;

	readonly accountWide: boolean;

	constructor(message: string, facts: ApiErrorFacts) {
		super(message);
		this.name = 'ApiError';
		this.hint = facts.hint;
		this.statusCode = facts.statusCode;
		this.failure = facts.cause;
		this.retryable = facts.retryable ?? false;
		this.outcomeUnknown = facts.outcomeUnknown ?? false;
		this.accountWide = facts.accountWide ?? false;
		this.kind = facts.kind ?? (this.retryable || this.outcomeUnknown ? 'unclear' : 'rejected');
	}

	/** The pause that the API requested, in milliseconds; 0 if it named none. */
	get requestedPauseMs(): number {
		return this.failure && 'retryAfterMs' in this.failure ? (this.failure.retryAfterMs ?? 0) : 0;
	}
}

/** Any throw as an ApiError; an ApiError stays the same object. */
export function toApiError(error: unknown): ApiError {
	if (error instanceof ApiError) return error;
	const reason = error instanceof Error ? error.message : 'no reason is known';
	return new ApiError(`The request could not be made: ${reason}`, {
		hint: 'Check the credential and the settings of the node.',
	});
}
