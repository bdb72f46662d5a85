import type { Rig } from './rig/rig';

/** What is measured in the same way for every contender. */
export interface Row {
	/** Anchor of the row in docs/benchmarks.md, after `bench-`. */
	id: string;
	what: string;
	unit: string;
	better: 'less' | 'more';
	/** The runs of each contender; the first is the one that the others are compared with. */
	runs: Record<string, number[]>;
}

export interface Findings {
	rows: Row[];
	/** What a reader has to know to judge the numbers. */
	notes: string[];
}

export interface Plan {
	repeats: number;
	/** Small sizes: to see that everything works, not to learn a number. */
	quick: boolean;
	/** One n8n and one sandbox for all measures, started when the first one needs it. */
	rig(): Promise<Rig>;
}

export interface Measure {
	name: string;
	title: string;
	run(plan: Plan): Promise<Findings>;
}

/** Name of our own node in the tables. */
export const OURS = 'Happy Horse';

/** Keeps the runs of each row together while they come in one by one. */
export class Rows {
	private readonly rows = new Map<string, Row>();

	add(row: Omit<Row, 'runs'>, contender: string, value: number): void {
		if (!Number.isFinite(value)) throw new Error(`${row.what}: ${contender} gave ${value}`);
		const known = this.rows.get(row.id) ?? { ...row, runs: {} };
		(known.runs[contender] ??= []).push(value);
		this.rows.set(row.id, known);
	}

	/** With the given contender first. */
	all(first: string = OURS): Row[] {
		return [...this.rows.values()].map((row) => {
			const { [first]: ours, ...others } = row.runs;
			return { ...row, runs: ours === undefined ? others : { [first]: ours, ...others } };
		});
	}
}

/** Every other time the other way round, so that what grows slowly disturbs none of them more. */
export function inTurn<T>(contenders: readonly T[], round: number): T[] {
	return round % 2 === 0 ? [...contenders] : [...contenders].reverse();
}
