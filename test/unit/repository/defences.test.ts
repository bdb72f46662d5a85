import { readFileSync } from 'node:fs';
import path from 'node:path';

import { DEFENCES, LEFT_TO_OTHERS } from '../../defences/list';
import { ROWS } from '../../defences/rows';

const ROOT = path.resolve(__dirname, '../../..');

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const entries = [...DEFENCES, ...LEFT_TO_OTHERS];

it('every attack and every race has a defence, or a reason why others see to it', () => {
	const rows = new Set(entries.map(({ row }) => row));
	expect(Object.keys(ROWS).filter((row) => !rows.has(row))).toEqual([]);
	expect([...rows].filter((row) => !(row in ROWS))).toEqual([]);
});

it.each(DEFENCES.map((entry) => [entry.row, entry.defence, entry] as const))(
	'%s: %s, and it can be taken away',
	(_row, _words, { file, source, without }) => {
		expect(read(file).split(source)).toHaveLength(2);
		expect(without).not.toBe(source);
	},
);

it.each(entries.map(({ row, test }) => [row, test.name, test] as const))(
	'%s: there is a test "%s"',
	(_row, _name, { layer, file, name }) => {
		const test = path.join('test', layer, file);
		expect([test, read(test).includes(name)]).toEqual([test, true]);
	},
);
