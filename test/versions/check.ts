import { appendFileSync } from 'node:fs';

import { DIFFERENCES, type DifferenceName } from '../n8nFacts';
import type { CheckName } from './checks';

/** Names the file that takes down which differences the checks met: one line of JSON for each. */
export const DIFFERENCES_FILE = 'HAPPY_HORSE_DIFFERENCES_FILE';

export interface Met {
	check: CheckName;
	difference: DifferenceName;
}

/** True where this n8n differs in what the check is about; the page then says so. */
export type Differs = (difference: DifferenceName) => boolean;

/** A test with the name of its row in the page. */
export function check(name: CheckName, work: (differs: Differs) => Promise<void>): void {
	const differs: Differs = (difference) => {
		const file = process.env[DIFFERENCES_FILE];
		const met: Met = { check: name, difference };
		const isMet = DIFFERENCES[difference].isMet;
		if (isMet && file !== undefined) appendFileSync(file, `${JSON.stringify(met)}\n`);
		return isMet;
	};
	it(name, async () => await work(differs));
}
