import type { Cell } from './cells';
import { EXCEPTIONS, INPUTS, OPERATIONS, SIZES, REPEATS } from './cells';

/** What a cell came to. */
export interface Seen {
	/** Tasks at the API, by row. */
	counts: number[];
	/** Tasks of the row that came later. */
	ofNewRow: number;
	/** Whatever else is not as it should be. */
	faults: string[];
}

const REPEAT_WIDTH = 26;
const INPUT_WIDTH = 17;
const COLUMN_WIDTH = 9;

/** The counts of all cells: one number where it is the same for each row, otherwise one digit for each. */
export function tableOf(seen: ReadonlyMap<Cell, Seen>, seconds: number): string {
	const columns = OPERATIONS.flatMap((operation) => SIZES.map((size) => ({ operation, size })));
	const inColumn = (text: string) => text.slice(0, COLUMN_WIDTH - 1).padEnd(COLUMN_WIDTH);
	const counted = (wanted: Cell): string => {
		const found = [...seen].find(([cell]) =>
			(['repeat', 'input', 'operation', 'size'] as const).every(
				(name) => cell[name] === wanted[name],
			),
		);
		const counts = found?.[1].counts ?? [];
		return new Set(counts).size > 1 ? counts.join('') : String(counts[0] ?? '-');
	};
	const lines = REPEATS.flatMap((repeat) =>
		INPUTS.map((input) => {
			const counts = columns.map((column) => inColumn(counted({ repeat, input, ...column })));
			return repeat.padEnd(REPEAT_WIDTH) + input.padEnd(INPUT_WIDTH) + counts.join('');
		}),
	);
	const heads = columns.map(({ operation, size }) => inColumn(`${operation.slice(0, 6)} ${size}`));
	return [
		`Tasks per row at the API, ${seen.size} cells, ${seconds.toFixed(0)} s`,
		' '.repeat(REPEAT_WIDTH + INPUT_WIDTH) + heads.join(''),
		...lines,
		...Object.entries(EXCEPTIONS).map(([repeat, { because }]) => `${repeat}: ${because}`),
	].join('\n');
}
