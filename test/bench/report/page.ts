import { compared, numberText, spreadText } from './numberText';
import type { Row } from '../measure';
import type { StoredResult } from './results';

/** `docs/benchmarks.md`: one table for each measure, a row for each number, a column for each way. */
export function page(results: readonly StoredResult[], chart: string | undefined): string {
	const [first] = results;
	if (first === undefined) return '';
	const { cpu, cores, memoryGb, n8n, node, at } = first.machine;
	const parts = [
		'# Benchmarks',
		`\`npm run bench\` compares the node with common alternatives, on one real n8n ${n8n} (Node.js ${node.slice(1)}) and one sandbox, in turns, ${first.repeats} times or more. ` +
			`Each cell is the median of the runs. The number behind it says how many times better Happy Horse is, with the least and the most of the single runs; below 1, Happy Horse is behind.`,
		`Last run: ${at.slice(0, 10)} on ${cores} cores (${cpu}, ${memoryGb} GB). The numbers of each run are in [test/bench/results](../test/bench/results). ` +
			`This page is generated: \`npm run bench -- --report\` writes it from them.`,
		'What becomes of videos, memory and database over hours with restarts and kills is in [Soak](soak.md).',
		...(chart === undefined ? [] : [`![How cost grows with the number of items](${chart})`]),
		...results.map(part),
	];
	return `${parts.join('\n\n')}\n`;
}

function part({ title, rows, notes }: StoredResult): string {
	const groups = new Map<string, Row[]>();
	for (const row of rows) {
		const contenders = Object.keys(row.runs).join(' | ');
		groups.set(contenders, [...(groups.get(contenders) ?? []), row]);
	}
	const tables = [...groups].map(([contenders, own]) =>
		[
			`| | ${contenders} |`,
			`|---|${'---:|'.repeat(contenders.split(' | ').length)}`,
			...own.map((row) => `| <a id="bench-${row.id}"></a>${heading(row)} | ${cells(row)} |`),
		].join('\n'),
	);
	return [`## ${title}`, ...tables, notes.map((note) => `- ${note}`).join('\n')].join('\n\n');
}

function heading({ what, unit }: Row): string {
	return unit === '' ? what : `${what} (${unit})`;
}

function cells(row: Row): string {
	return compared(row)
		.map(({ spread, ratio }, index) => {
			const value = numberText(spread.median);
			if (index === 0) return `**${value}**`;
			return ratio === undefined ? value : `${value} · ${spreadText(ratio)} ×`;
		})
		.join(' | ');
}
