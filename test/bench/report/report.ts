import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { growthChart } from './growthChart';
import type { StoredResult } from './results';
import { load } from './results';
import { section } from './section';

/** In the order of the README. */
const ORDER = [
	'orders',
	'growth',
	'callback',
	'trigger',
	'downloads',
	'picture',
	'loading',
	'size',
];

const CHART = 'growth.svg';

/** Writes the section for the README and the picture; returns the paths of what it wrote. */
export function writeReport(folder: string): string[] {
	const results = ORDER.map((name) => load(folder, name)).filter(
		(result): result is StoredResult => result !== undefined,
	);
	const written: string[] = [];
	const write = (name: string, text: string) => {
		writeFileSync(join(folder, name), text);
		written.push(join(folder, name));
	};
	const chart = growthChart(results);
	if (chart !== undefined) write(CHART, chart);
	const address = chart === undefined ? undefined : `test/bench/results/${CHART}`;
	if (results.length > 0) write('section.md', `${section(results, address)}\n`);
	return written;
}
