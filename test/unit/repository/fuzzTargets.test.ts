import { TARGETS } from '../../fuzz/targets';

/* `npm run fuzz` runs the same rules for minutes. Here they have to hold for what it has found before, and for some more. */

const FEW_RUNS = 25;

describe.each(TARGETS)('$name', ({ rules }) => {
	it.each(rules)('$says', async ({ check, kept }) => {
		const { counterexample, errorInstance } = await check({
			withKept: true,
			numRuns: kept + FEW_RUNS,
		});
		expect([counterexample, errorInstance]).toEqual([null, null]);
	});
});
