/** Invalid input, for which nothing is sent: `message` says what is wrong, `hint` what to do. */
export class ValidationError extends Error {
	constructor(
		message: string,
		readonly hint: string,
	) {
		super(message);
		this.name = 'ValidationError';
	}
}
