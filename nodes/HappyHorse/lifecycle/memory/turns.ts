/** Lets pieces of work that must not overlap run one after the other, in the order in which they came. */
export class Turns {
	private last: Promise<unknown> = Promise.resolve();

	/** Gives what `work` gives, and throws what it throws; the next piece runs in either case. */
	async take<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.last.then(work);
		this.last = turn.catch(() => undefined);
		return await turn;
	}
}
