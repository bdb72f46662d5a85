import type { NodeApiError } from 'n8n-workflow';

type NodeApiErrorOptions = NonNullable<ConstructorParameters<typeof NodeApiError>[2]>;

/** What newer n8n versions are told about the cause; older ones ignore it. */
export type FailureCause = NonNullable<NodeApiErrorOptions['failure']>;

/**
 * What kind of failure it is, for the question whether the request may be sent again: never let out of n8n;
 * too many requests; turned away by the API in its own words because it is busy; any other fault of the moment,
 * after which nobody knows what was done; refused for good.
 */
export type FailureKind = 'unreachable' | 'rate-limited' | 'unavailable' | 'unclear' | 'refused';

/** A longer wait that the API asks for is not waited for: the user is told instead. */
export const LONGEST_ASKED_PAUSE_MS = 90_000;

export interface ApiErrorFacts {
	/** What to do now, in plain words. */
	advice: string;
	statusCode?: number;
	cause?: FailureCause;
	/** Left out: refused for good, or unclear when it is known to be passing or costly. */
	kind?: FailureKind;
	/** True when the same question may well be answered a little later. */
	passing?: boolean;
	/** Only of a create request: nobody can tell whether the task exists and is billed. */
	outcomeUnknown?: boolean;
	/** True when every other request of the account would fail in the same way, such as after a wrong key. */
	accountWide?: boolean;
}

/** The API did not do what was asked. `message` says what happened; no text in here holds a secret. */
export class ApiError extends Error {
	readonly advice: string;

	readonly statusCode: number | undefined;

	readonly failure: FailureCause | undefined;

	readonly kind: FailureKind;

	readonly passing: boolean;

	readonly outcomeUnknown: boolean;

	readonly accountWide: boolean;

	constructor(message: string, facts: ApiErrorFacts) {
		super(message);
		this.name = 'ApiError';
		this.advice = facts.advice;
		this.statusCode = facts.statusCode;
		this.failure = facts.cause;
		this.passing = facts.passing ?? false;
		this.outcomeUnknown = facts.outcomeUnknown ?? false;
		this.accountWide = facts.accountWide ?? false;
		this.kind = facts.kind ?? (this.passing || this.outcomeUnknown ? 'unclear' : 'refused');
	}

	/** How long the API asked to be left alone, in milliseconds; 0 if it did not say. */
	get askedPauseMs(): number {
		return this.failure && 'retryAfterMs' in this.failure ? (this.failure.retryAfterMs ?? 0) : 0;
	}
}

/** Any throw as an ApiError; one that is already comes back as it is. */
export function toApiError(error: unknown): ApiError {
	if (error instanceof ApiError) return error;
	const reason = error instanceof Error ? error.message : 'no reason is known';
	return new ApiError(`The request could not be made: ${reason}`, {
		advice: 'Check the credential and the settings of the node.',
	});
}
