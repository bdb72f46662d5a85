import * as fc from 'fast-check';

/** What must hold of a target, whatever comes in. */
export interface Rule {
	says: string;
	check(parameters: RuleParameters): Promise<Found>;
	/** Counterexamples of earlier runs, and cases that chance rarely meets. */
	kept: number;
}

/** What a check of a rule has found. */
export type Found = Pick<
	fc.RunDetails<unknown>,
	'numRuns' | 'seed' | 'counterexample' | 'counterexamplePath' | 'errorInstance'
>;

export interface RuleParameters extends Omit<fc.Parameters<unknown>, 'examples'> {
	/** True to begin with the kept examples; a path is one without them. */
	withKept?: boolean;
}

export interface Target {
	name: string;
	/** What comes in there. */
	about: string;
	rules: Rule[];
}

export function rule<Ts>(says: string, property: fc.IRawProperty<Ts>, kept: Ts[] = []): Rule {
	return {
		says,
		kept: kept.length,
		async check({ withKept = false, ...parameters }) {
			const examples = withKept ? { examples: kept } : {};
			return await fc.check(property, { ...(parameters as fc.Parameters<Ts>), ...examples });
		},
	};
}
