import { readFileSync } from 'node:fs';
import path from 'node:path';

import { reportOf } from '../../bench/report/report';

const ROOT = path.resolve(__dirname, '../../..');
const RESULTS = path.join(ROOT, 'test/bench/results');

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const report = reportOf(RESULTS);

it('docs/benchmarks.md shows what was measured, and nothing else', () => {
	expect(report.page).toContain('Slot held per video, 100 items');
	expect(read('docs/benchmarks.md')).toBe(report.page);
});

it('the chart shows the same results', () => {
	expect(read('test/bench/results/growth.svg')).toBe(report.chart);
});

it('what README claims by a number links to the row that shows it', () => {
	const links = read('README.md').matchAll(/\/docs\/benchmarks\.md#(bench-[^)]+)\)/g);
	const claims = [...links].map(([, row]) => row);
	expect(claims.length).toBeGreaterThan(2);
	for (const row of claims) expect(report.page).toContain(`<a id="${row}">`);
});
