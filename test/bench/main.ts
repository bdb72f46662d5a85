import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { build, needsBuild } from '../../sandbox/demo/build';
import type { Measure, Plan } from './measure';
import { webhookLatency } from './measures/webhookLatency';
import { downloads } from './measures/downloads';
import { growth } from './measures/growth';
import { loading } from './measures/loading';
import { atTheLimit } from './measures/atTheLimit';
import { batches } from './measures/batches';
import { money } from './measures/money';
import { packageSize } from './measures/packageSize';
import { imageCheck } from './measures/imageCheck';
import { triggerRate } from './measures/triggerRate';
import { webhookCpu } from './measures/webhookCpu';
import { writeReport } from './report/report';
import { isThere, store } from './report/results';
import { tableOf } from './report/table';
import type { Rig } from './rig/rig';
import { startRig } from './rig/rig';

const MEASURES: readonly Measure[] = [
	packageSize,
	loading,
	webhookLatency,
	triggerRate,
	webhookCpu,
	imageCheck,
	downloads,
	batches,
	growth,
	atTheLimit,
	money,
];

const RESULTS = join(__dirname, 'results');

const PAGE = resolve(__dirname, '../../docs/benchmarks.md');

const USAGE = `Compares the node with common alternatives, on a real n8n next to a sandbox.

  npm run bench -- [names] [options]

  names         ${MEASURES.map(({ name }) => name).join(', ')} (default: all of them)
  --repeats N   runs of each contender (default 5)
  --quick       small sizes, once: shows that everything works; its numbers mean nothing
  --missing     only what has no result yet: takes up a run that was interrupted
  --report      measure nothing, only write docs/benchmarks.md from the results that are there
  --env A=B     a setting of n8n, to try how it changes the numbers; may be given more than once
  --out FOLDER  where results go (default test/bench/results; with --quick or --env a temporary one)`;

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			repeats: { type: 'string' },
			quick: { type: 'boolean', default: false },
			missing: { type: 'boolean', default: false },
			report: { type: 'boolean', default: false },
			out: { type: 'string' },
			env: { type: 'string', multiple: true, default: [] },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return console.log(USAGE);
	const { quick } = values;
	// What was only tried must not be taken for a result.
	const isTry = quick || values.env.length > 0;
	const folder = resolve(values.out ?? (isTry ? join(tmpdir(), 'happy-horse-bench') : RESULTS));
	const page = folder === RESULTS ? PAGE : join(folder, 'benchmarks.md');
	mkdirSync(folder, { recursive: true });
	const wanted = values.report
		? []
		: chosen(positionals).filter(({ name }) => !values.missing || !isThere(folder, name));
	if (needsBuild()) build();
	try {
		const env = Object.fromEntries(values.env.map((text) => pairIn(text)));
		await measure(wanted, { repeats: repeatsFrom(values.repeats, quick), quick, folder, env });
	} finally {
		for (const path of writeReport(folder, page)) console.log(`Written: ${path}`);
	}
}

function chosen(names: readonly string[]): Measure[] {
	const unknown = names.filter((name) => !MEASURES.some((known) => known.name === name));
	if (unknown.length > 0)
		throw new Error(`There is no measure "${unknown.join(', ')}".\n\n${USAGE}`);
	return MEASURES.filter(({ name }) => names.length === 0 || names.includes(name));
}

function pairIn(text: string): [name: string, value: string] {
	const [, name, value] = /^(\w+)=(.*)$/.exec(text) ?? [];
	if (name === undefined || value === undefined) throw new Error(`--env must be NAME=value`);
	return [name, value];
}

function repeatsFrom(text: string | undefined, quick: boolean): number {
	const repeats = Number(text ?? (quick ? 1 : 5));
	if (!Number.isInteger(repeats) || repeats < 1) throw new Error(`--repeats must be 1 or more`);
	return repeats;
}

interface Settings {
	repeats: number;
	quick: boolean;
	/** For the results. */
	folder: string;
	/** For n8n. */
	env: Record<string, string>;
}

/** Each measure is stored as soon as it is there, and a failure of one keeps none of the others from running. */
async function measure(
	measures: readonly Measure[],
	{ repeats, quick, folder, env }: Settings,
): Promise<void> {
	let rig: Promise<Rig> | undefined;
	const plan: Plan = { repeats, quick, rig: async () => await (rig ??= startRig(env)) };
	const failed: string[] = [];
	try {
		for (const each of measures) {
			console.log(`\n=== ${each.title} (${each.name}) ===`);
			const started = Date.now();
			try {
				const findings = await each.run(plan);
				const seconds = Math.round((Date.now() - started) / 1000);
				store(folder, { name: each.name, title: each.title, seconds, repeats, quick, ...findings });
				console.log(tableOf(findings.rows));
				console.log(`${seconds} s`);
			} catch (error) {
				failed.push(each.name);
				console.error(error instanceof Error ? error.stack : error);
			}
		}
	} finally {
		await (await rig?.catch(() => undefined))?.close();
	}
	if (failed.length > 0) throw new Error(`Nothing can be said about: ${failed.join(', ')}`);
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error instanceof Error ? error.stack : error);
		process.exit(1);
	},
);
