import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Cause } from './causes';
import { CAUSES } from './causes';
import { databasePerVideo, memoryGrowth } from './growth';
import type { SoakResult } from './soak';

export const RESULTS = join(__dirname, 'results');

const PAGE = resolve(__dirname, '../../docs/soak.md');

const TITLES = { one: 'One n8n', queue: 'Queue mode' };

/** Writes the page from the results of a folder; gives its path. */
export function writePage(folder: string): string {
	const file = folder === RESULTS ? PAGE : join(folder, 'soak.md');
	writeFileSync(file, pageOf(resultsIn(folder)));
	return file;
}

export function resultsIn(folder: string): SoakResult[] {
	return ['one', 'queue'].flatMap((name) => {
		const path = join(folder, `${name}.json`);
		return existsSync(path) ? [JSON.parse(readFileSync(path, 'utf8')) as SoakResult] : [];
	});
}

type Row = [what: string, cell: (result: SoakResult) => string | number];

const ROWS: readonly Row[] = [
	['Executions were started for (min)', ({ minutes }) => minutes],
	[
		'Executions started, repeated ones included',
		({ counts }) => counts.executions + counts.retries,
	],
	['How they ended', ({ counts }) => listed(counts.endings)],
	['Executions that never ended', ({ counts }) => counts.hung.length],
	['Steps of the soak itself that failed', ({ troubles }) => troubles.length],
	['Executions in n8n at the end, those of the trigger included', ({ executions }) => executions],
	['Items', ({ accounts }) => accounts.items],
	[
		'Outages of n8n',
		({ outages }) => listed(countsOf(outages.map((kind) => OUTAGE[kind] ?? kind))),
	],
	['Bursts of 429 or 503, 3 to 15 s each', ({ bursts }) => bursts],
	[
		'Create requests that got 429 / 503',
		({ posts }) => `${posts.answered429} / ${posts.answered503}`,
	],
	[
		'Videos whose webhooks were lost / doubled / late',
		({ marks }) => `${marks.lost} / ${marks.doubled} / ${marks.late}`,
	],
	['**Videos created** (paid for)', ({ posts }) => `**${posts.accepted}**`],
	['**Items paid for twice**', ({ accounts }) => `**${accounts.paidTwice.length}**`],
	['**Videos lost**', ({ accounts }) => `**${accounts.lost.length}**`],
	['Videos that came out of an execution', ({ accounts }) => accounts.cameOut],
	['Videos recovered by *Get Many* and *Wait*', ({ accounts }) => accounts.recoveredByWait],
	['Why no execution handed them on', ({ causes }) => causesOf(causes)],
	['Videos that came out twice', ({ accounts }) => accounts.cameOutAgain.length],
	['Videos next to the item of another', ({ accounts }) => accounts.misplaced.length],
	[
		'Items neither created nor paid for (n8n itself rejected the start with 503, or it is in doubt)',
		({ accounts }) => accounts.notCreated.length,
	],
	[
		'Database per video (kB), second and last quarter',
		({ samples, minutes }) => {
			// Later ones see the end of executions that no video was created for meanwhile.
			const { early, late } = databasePerVideo(samples.filter(({ minute }) => minute <= minutes));
			return `${kilobytes(early)}, ${kilobytes(late)}`;
		},
	],
];

const OUTAGE: Record<string, string> = {
	stop: 'stopped and started',
	kill: 'killed (kill -9) and started',
	killWorker: 'worker killed (kill -9)',
};

const INTRODUCTION = [
	'# Soak',
	`\`npm run soak\` runs n8n with the node for hours in real time: three executions a minute of 1 to 20 items, of all four resources, with webhooks (with and without a secret), polling and the trigger. ` +
		`Videos take 20 s to 3 minutes. 5 % of the webhooks are lost, 5 % doubled, 5 % late; now and then the API responds with nothing but 429 or 503. n8n is stopped twice and killed twice, each time while it creates a batch of 20 videos; in queue mode a worker is killed, too. ` +
		`At the end each video that the sandbox has created is looked for in what the executions have handed on.`,
];

const NONE =
	'No run of an hour or more has been accounted for yet: `npm run soak` makes one, and writes this page.';

export function pageOf(results: readonly SoakResult[]): string {
	const [first] = results;
	if (first === undefined) return `${[...INTRODUCTION, NONE].join('\n\n')}\n`;
	const head = results.map(({ name }) => TITLES[name]).join(' | ');
	const rows = ROWS.map(
		([what, cell]) => `| ${what} | ${results.map((result) => cell(result)).join(' | ')} |`,
	);
	return `${[
		...INTRODUCTION,
		`Last run: ${first.at.slice(0, 10)}, seed ${first.seed}. This page is generated: \`npm run soak -- --report\` writes it from [test/soak/results](../test/soak/results).`,
		[`| | ${head} |`, `|---|${results.map(() => '---:|').join('')}`, ...rows].join('\n'),
		'## Memory',
		'MB in use after a full garbage collection, by the longest time that a process ran: the median of its first and of its last third, and the least size of the process in them.',
		[
			'| | Minutes | Videos meanwhile | In use, first third | In use, last third | Size, first third | Size, last third |',
			'|---|---:|---:|---:|---:|---:|---:|',
			...results.flatMap((result) => memoryRows(result)),
		].join('\n'),
		'## How it is counted',
		[
			'- The sandbox counts the create requests that it has accepted. An item that has two tasks is paid for twice.',
			'- Each item has an idempotency key. What a user does after a crash is done here, too: on one n8n every other crashed execution is retried with *Retry*; of the others, and in queue mode of all, the items that have not come out are started again.',
			'- An item that "may have been created" is not started again.',
			'- An execution whose webhooks are all lost ends at *Max Wait*, and the trigger cannot know of a lost webhook: those videos, and those of items in doubt, are found by *Get Many* and recovered by *Wait*. A video that cannot be had in this way either is lost.',
			'- A video comes out twice when an execution is started again although its first one had handed on that video; it is paid for once all the same.',
			'- n8n keeps all executions (no pruning), so the database grows with each video; what counts is whether it grows by the same for each.',
		].join('\n'),
	].join('\n\n')}\n`;
}

function memoryRows(result: SoakResult): string[] {
	return memoryGrowth(result.samples).map(
		({ name, minutes, videos, first, last, firstResident, lastResident }) => {
			const sizes = [first, last, firstResident, lastResident].map((size) => size.toFixed(0));
			const title = result.name === 'one' ? TITLES.one : `${TITLES.queue}: ${name}`;
			return `| ${[title, minutes, videos, ...sizes].join(' | ')} |`;
		},
	);
}

function countsOf(names: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
	return counts;
}

const listed = (counts: Record<string, number>): string =>
	Object.entries(counts)
		.map(([name, amount]) => `${amount} ${name}`)
		.join(', ');

const causesOf = (causes: SoakResult['causes']): string =>
	Object.entries(causes)
		.map(([cause, amount]) => `${amount} ${CAUSES[cause as Cause]}`)
		.join('; ');

const kilobytes = (bytes: number): string =>
	Number.isFinite(bytes) ? (bytes / 1000).toFixed(1) : '–';
