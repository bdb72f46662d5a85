import { n8nFacts } from '../../../n8nFacts';

/** Everything that can happen to the same row a second time. */
export const REPEATS = [
	'Retry On Fail',
	'Retry once',
	'Retry twice',
	'two Retries at once',
	'crash, shifted rows',
	'same key at once',
	'same key later',
	'loop, Retry',
	'sub-workflow, Retry',
	'sub-workflow, Retry, key',
	'agent, Retry',
	'Execute step twice',
	'Execute step twice, key',
] as const;
export type Repeat = (typeof REPEATS)[number];

/** What an item gives the node, as far as it is another value at each evaluation. */
export const INPUTS = ['constant', 'random seed', '$now in prompt', 'signed URL'] as const;
export type Input = (typeof INPUTS)[number];

export const OPERATIONS = ['create', 'webhook wait', 'polling wait'] as const;
export type Operation = (typeof OPERATIONS)[number];

export const SIZES = [1, 7] as const;

export interface Cell {
	repeat: Repeat;
	input: Input;
	operation: Operation;
	size: (typeof SIZES)[number];
}

export interface Row {
	name: string;
	image: string;
}

export const cells: Cell[] = REPEATS.flatMap((repeat) =>
	INPUTS.flatMap((input) =>
		OPERATIONS.flatMap((operation) =>
			// An agent is never suspended: its tool polls, whatever is set.
			repeat === 'agent, Retry' && operation === 'webhook wait'
				? []
				: SIZES.map((size) => ({ repeat, input, operation, size })),
		),
	),
);

/** So few that each value of one column meets each value of every other one at least once. */
export const pairwise: Cell[] = cells.filter(({ repeat, input, operation, size }) => {
	const place = REPEATS.indexOf(repeat) + INPUTS.indexOf(input);
	const operations = OPERATIONS.filter(
		(each) => repeat !== 'agent, Retry' || each !== 'webhook wait',
	);
	// The size changes with the input, and from one round of the operations to the next.
	const sizeAt = INPUTS.indexOf(input) + Math.floor(REPEATS.indexOf(repeat) / OPERATIONS.length);
	return (
		operation === operations[place % operations.length] && size === SIZES[sizeAt % SIZES.length]
	);
});

export const titleOf = ({ repeat, input, operation, size }: Cell) =>
	`${repeat} / ${input} / ${operation} / ${size}`;

/** The end mark tells row 1 from row 10. */
export const rowName = (cell: Cell, row: number) => `${titleOf(cell)} #${row};`;

export const rowsOf = (cell: Cell, image: string): Row[] =>
	Array.from({ length: cell.size }, (_, row) => ({ name: rowName(cell, row), image }));

/**
 * The row that the API rejects at first, for the repetitions that need a failure. The last one where all others must have been
 * sent before the failure is known, which otherwise is a matter of chance.
 */
export const victimOf = ({ repeat, size }: Cell) =>
	size === 1 ? 0 : repeat.startsWith('sub-workflow') ? size - 1 : 3;

/** How often the API rejects it. */
export const REJECTIONS: Partial<Record<Repeat, number>> = {
	'Retry On Fail': 1,
	'Retry once': 1,
	'Retry twice': 2,
	'two Retries at once': 1,
	'loop, Retry': 1,
	'sub-workflow, Retry': 1,
	'sub-workflow, Retry, key': 1,
	'agent, Retry': 1,
};

export interface Exception {
	/** How many tasks a row may have, by its place. */
	tasks: (cell: Cell, row: number) => readonly number[];
	because: string;
}

/** Everywhere else each row has one task. */
export const EXCEPTIONS: Partial<Record<Repeat, Exception>> = {
	'sub-workflow, Retry': {
		tasks: (cell, row) => (row === victimOf(cell) ? [1] : [2]),
		because: 'a parent that is retried starts a new execution of its sub-workflow',
	},
	'Execute step twice': {
		tasks: () => [2],
		because: 'each step is an execution of its own, and may be meant as a new video',
	},
	...(n8nFacts.hasResumeToken
		? {}
		: {
				'crash, shifted rows': {
					// An execution that was suspended continues after the node, which does not run again. Videos that are finished
					// before need no suspension.
					tasks: ({ operation }) => (operation === 'webhook wait' ? [1, 2] : [2]),
					because: 'before n8n 2.14 nothing ties the retry of a crashed execution to it',
				},
			}),
};

/** How many tasks a row may have that came between the crash and the retry. */
export const expectedOfNewRow = ({ operation }: Cell): number[] =>
	// When n8n suspends the execution it stores the rows, and does not fetch them again. Videos that are finished before
	// need no suspension.
	operation === 'webhook wait' ? [0, 1] : [1];

export const expectedTasks = (cell: Cell, row: number): readonly number[] =>
	EXCEPTIONS[cell.repeat]?.tasks(cell, row) ?? [1];
