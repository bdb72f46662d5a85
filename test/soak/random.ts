/** A source of random numbers that gives the same ones for the same seed. */
export interface Random {
	/** A whole number, both ends included. */
	between(least: number, most: number): number;
	/** True with this probability. */
	chance(probability: number): boolean;
	pick<T>(values: readonly T[]): T;
}

/** Mulberry32: small, and good enough to mix a schedule. */
export function randomFrom(seed: number): Random {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
	return {
		between,
		chance: (probability) => next() < probability,
		pick: (values) => values[between(0, values.length - 1)]!,
	};
}
