import { attacks, attacksLeftToOthers } from './attacks';
import type { Defence, LeftToOthers } from './defence';
import { races, racesLeftToOthers } from './races';

/** All that stands between the rows and the user. */
export const DEFENCES: readonly Defence[] = [...attacks, ...races];

/** What others stand for. */
export const LEFT_TO_OTHERS: readonly LeftToOthers[] = [
	...attacksLeftToOthers,
	...racesLeftToOthers,
];
