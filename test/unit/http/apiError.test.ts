import type { ApiErrorFacts } from '../../../nodes/HappyHorse/http/apiError';
import { ApiError, toApiError } from '../../../nodes/HappyHorse/http/apiError';

it('is cautious about nothing that was not said', () => {
	expect(new ApiError('No', { hint: 'Do' })).toMatchObject({
		message: 'No',
		hint: 'Do',
		retryable: false,
		outcomeUnknown: false,
		statusCode: undefined,
		failure: undefined,
	});
});

it.each<[string, Partial<ApiErrorFacts>, string]>([
	['is rejected for good when nothing else is known', {}, 'rejected'],
	['is unclear when it may pass', { retryable: true }, 'unclear'],
	['is unclear when it may have cost something', { outcomeUnknown: true }, 'unclear'],
	['is what it is said to be', { kind: 'unreachable', retryable: true }, 'unreachable'],
	['is rejected when that is said', { kind: 'rejected', outcomeUnknown: true }, 'rejected'],
])('%s', (_, facts, kind) => {
	expect(new ApiError('No', { hint: 'Do', ...facts }).kind).toBe(kind);
});

it.each<[string, ApiErrorFacts['cause'], number]>([
	['the time that the API wants', { cause: 'rate-limited', retryAfterMs: 2500 }, 2500],
	['none when it named no time', { cause: 'rate-limited' }, 0],
	['none when it is of another kind', { cause: 'credential-invalid' }, 0],
	['none when nothing is known', undefined, 0],
])('wants a pause: %s', (_, cause, wanted) => {
	const facts = { hint: 'Do', ...(cause === undefined ? {} : { cause }) };
	expect(new ApiError('No', facts).requestedPauseMs).toBe(wanted);
});

it('says in a log what it is', () => {
	expect(new ApiError('No', { hint: 'Do' }).name).toBe('ApiError');
});

it('stays itself', () => {
	const failure = new ApiError('No', { hint: 'Do', outcomeUnknown: true });
	expect(toApiError(failure)).toBe(failure);
});

it.each([
	[new Error('boom'), 'The request could not be made: boom'],
	['boom', 'The request could not be made: no reason is known'],
	[null, 'The request could not be made: no reason is known'],
	[undefined, 'The request could not be made: no reason is known'],
])('is made of any throw: %p', (thrown, message) => {
	const failure = toApiError(thrown);
	expect(failure).toBeInstanceOf(ApiError);
	expect(failure).toMatchObject({ message, retryable: false, outcomeUnknown: false });
	expect(failure.hint).toContain('Check the credential');
});
