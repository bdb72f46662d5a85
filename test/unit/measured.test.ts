import { readFileSync } from 'node:fs';
import path from 'node:path';

import { reportOf } from '../bench/report/report';

const ROOT = path.resolve(__dirname, '../..');
const RESULTS = path.join(ROOT, 'test/bench/results');

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const report = reportOf(RESULTS);

it('README shows what was measured, and nothing else', () => {
	expect(report.section).toContain('Slot held per video, 100 items');
	expect(read('README.md')).toContain(`\n${report.section}\n`);
});

it('the image shows the same results', () => {
	expect(read('test/bench/results/growth.svg')).toBe(report.chart);
});

it('what README claims by a number leads to the row that shows it', () => {
	const claims = [...read('README.md').matchAll(/\]\(#(bench-[^)]+)\)/g)].map(([, row]) => row);
	expect(claims.length).toBeGreaterThan(3);
	for (const row of claims) expect(report.section).toContain(`<a id="${row}">`);
});
