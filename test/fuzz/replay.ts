import type { Target } from './rule';

/** Runs one rule on one input. Gives the exit code. */
export async function replay(
	targets: readonly Target[],
	{ says, seed, path }: { says: string; seed: number; path: string },
): Promise<number> {
	const rule = targets.flatMap(({ rules }) => rules).find((each) => each.says === says);
	if (rule === undefined) {
		console.log(`These targets have no rule "${says}"`);
		return 2;
	}
	const { counterexample, errorInstance } = await rule.check({ seed, path, endOnFailure: true });
	if (counterexample === null) {
		console.log('The rule holds for it');
		return 0;
	}
	console.dir({ counterexample, errorInstance }, { depth: null });
	return 1;
}
