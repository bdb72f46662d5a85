import { ApiFailure, apiFailureFrom } from '../../../nodes/HappyHorse/transport/apiFailure';

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
	expect(failure.advice).not.toBe('');
});
