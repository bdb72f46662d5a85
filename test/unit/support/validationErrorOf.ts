import { ValidationError } from '../../../nodes/HappyHorse/validationError';

/** The validation error that a check ends with; fails when it lets the value pass or throws anything else. */
export function validationErrorOf(check: () => unknown): ValidationError {
	try {
		check();
	} catch (error) {
		if (error instanceof ValidationError) return error;
		throw error;
	}
	throw new Error('the value was accepted');
}
