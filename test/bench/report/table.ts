import Table from 'cli-table3';

import type { Row } from '../measure';
import { compared, spreadText } from './numberText';

/** The rows for the terminal, without colours. */
export function tableOf(rows: readonly Row[]): string {
	const table = new Table({
		head: ['What', 'Contender', 'Median (least–most)', 'Unit', 'Happy Horse is better by'],
		style: { head: [], border: [] },
	});
	for (const row of rows) {
		for (const { contender, spread, ratio } of compared(row)) {
			const text = ratio === undefined ? '' : `${spreadText(ratio)} ×`;
			table.push([row.what, contender, spreadText(spread), row.unit, text]);
		}
	}
	return table.toString();
}
