import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { growthChart } from './growthChart';
import { page } from './page';
import type { StoredResult } from './results';
import { load } from './results';

/** In the order of the page. */
const PAGE_ORDER = [
	'batches',
	'growth',
	'limit',
	'money',
	'webhook',
	'trigger',
	'cpu',
	'downloads',
	'image',
	'loading',
	'size',
];

const CHART = 'growth.svg';

/** Where the page links to the chart from: the folder `docs`. */
const RESULTS = '../test/bench/results';

/** What the results of a folder come to: the page, and the chart in it. */
export function reportOf(folder: string): { page: string; chart: string | undefined } {
	const results = PAGE_ORDER.map((name) => load(folder, name)).filter(
		(result): result is StoredResult => result !== undefined,
	);
	const chart = growthChart(results);
	const url = chart === undefined ? undefined : `${RESULTS}/${CHART}`;
	return { page: page(results, url), chart };
}

/** Writes the chart into the folder of the results, and the page where it belongs; returns both paths. */
export function writeReport(folder: string, pageFile: string): string[] {
	const report = reportOf(folder);
	const files = { [join(folder, CHART)]: report.chart, [pageFile]: report.page };
	return Object.entries(files).flatMap(([file, text]) => {
		if (text === undefined || text === '') return [];
		writeFileSync(file, text);
		return [file];
	});
}
