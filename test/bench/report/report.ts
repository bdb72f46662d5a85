import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { growthChart } from './growthChart';
import type { StoredResult } from './results';
import { load } from './results';
import { section } from './section';

/** In the order of the README. */
const ORDER = ['orders', 'growth', 'callback', 'trigger', 'downloads', 'image', 'loading', 'size'];

const CHART = 'growth.svg';

/** What the results of a folder come to: the section for the README, and the image in it. */
export function reportOf(folder: string): { section: string; chart: string | undefined } {
	const results = ORDER.map((name) => load(folder, name)).filter(
		(result): result is StoredResult => result !== undefined,
	);
	const chart = growthChart(results);
	const address = chart === undefined ? undefined : `test/bench/results/${CHART}`;
	return { section: section(results, address), chart };
}

/** Writes both into the folder; returns the paths of what it wrote. */
export function writeReport(folder: string): string[] {
	const report = reportOf(folder);
	const files = { [CHART]: report.chart, 'section.md': report.section };
	return Object.entries(files).flatMap(([name, text]) => {
		if (text === undefined || text === '') return [];
		writeFileSync(join(folder, name), text);
		return [join(folder, name)];
	});
}
