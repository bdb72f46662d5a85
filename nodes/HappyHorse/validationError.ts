/** Something the user asked for that is not sent: `message` says what is wrong, `advice` what to do. */
export class ValidationError extends Error {
	constructor(
		message: string,
		readonly advice: string,
	) {
		super(message);
		this.name = 'ValidationError';
	}
}
