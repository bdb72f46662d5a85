import type { ApiFailureFacts } from '../../../nodes/HappyHorse/http/apiError';
import { ApiFailure, apiFailureFrom } from '../../../nodes/HappyHorse/http/apiError';

it('is cautious about nothing that was not said', () => {
	expect(new ApiFailure('No', { advice: 'Do' })).toMatchObject({
		message: 'No',
		advice: 'Do',
		passing: false,
		mayHaveCreated: false,
		statusCode: undefined,
		failure: undefined,
	});
});

it.each<[string, Partial<ApiFailureFacts>, string]>([
	['is refused for good when nothing else is known', {}, 'refused'],
	['is unclear when it may pass', { passing: true }, 'unclear'],
	['is unclear when it may have cost something', { mayHaveCreated: true }, 'unclear'],
	['is what it is said to be', { kind: 'unreachable', passing: true }, 'unreachable'],
	['is refused when that is said', { kind: 'refused', mayHaveCreated: true }, 'refused'],
])('%s', (_, facts, kind) => {
	expect(new ApiFailure('No', { advice: 'Do', ...facts }).kind).toBe(kind);
});

it.each<[string, ApiFailureFacts['cause'], number]>([
	['the time that the API asked for', { cause: 'rate-limited', retryAfterMs: 2500 }, 2500],
	['none when it named no time', { cause: 'rate-limited' }, 0],
	['none when it is of another kind', { cause: 'credential-invalid' }, 0],
	['none when nothing is known', undefined, 0],
])('asks for a pause: %s', (_, cause, wanted) => {
	const facts = { advice: 'Do', ...(cause === undefined ? {} : { cause }) };
	expect(new ApiFailure('No', facts).askedPauseMs).toBe(wanted);
});

it('says in a log what it is', () => {
	expect(new ApiFailure('No', { advice: 'Do' }).name).toBe('ApiFailure');
});

it('stays itself', () => {
	const failure = new ApiFailure('No', { advice: 'Do', mayHaveCreated: true });
	expect(apiFailureFrom(failure)).toBe(failure);
});

it.each([
	[new Error('boom'), 'The request could not be made: boom'],
	['boom', 'The request could not be made: no reason is known'],
	[null, 'The request could not be made: no reason is known'],
	[undefined, 'The request could not be made: no reason is known'],
])('is made of any throw: %p', (thrown, message) => {
	const failure = apiFailureFrom(thrown);
	expect(failure).toBeInstanceOf(ApiFailure);
	expect(failure).toMatchObject({ message, passing: false, mayHaveCreated: false });
	expect(failure.advice).toContain('Check the credential');
});
