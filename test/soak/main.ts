import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { build, needsBuild } from '../../sandbox/demo/build';
import type { Deployment } from './deployment';
import { oneN8n, queueMode } from './deployment';
import { RESULTS, writePage } from './page';
import type { SoakResult } from './soak';
import { soak } from './soak';

const USAGE = `Runs n8n with the node in real time against a sandbox that misbehaves, restarts and kills n8n, and accounts for every video.

  npm run soak -- [options]

  --minutes N    how long executions are started (default 120); some minutes more until the last has ended
  --one          on one n8n only
  --queue        in queue mode only (default: both, side by side)
  --seed N       the same seed gives the same plan (default 1)
  --out FOLDER   where logs and lists go (default: a temporary folder)
  --report       measure nothing, only write docs/soak.md from the results that are there

With fewer than 60 minutes, result and page go to that folder, too: they show that everything works.`;

async function main(): Promise<boolean> {
	const { values } = parseArgs({
		options: {
			minutes: { type: 'string', default: '120' },
			seed: { type: 'string', default: '1' },
			one: { type: 'boolean', default: false },
			queue: { type: 'boolean', default: false },
			out: { type: 'string' },
			report: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(USAGE);
		return true;
	}
	const minutes = Number(values.minutes);
	const seed = Number(values.seed);
	if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error(USAGE);
	const folder = resolve(values.out ?? join(tmpdir(), `happy-horse-soak-${process.pid}`));
	const results = minutes < 60 ? folder : RESULTS;
	mkdirSync(results, { recursive: true });
	if (values.report) {
		console.log(`Written: ${writePage(results)}`);
		return true;
	}
	if (needsBuild()) build();
	const both = values.one === values.queue;
	const deployments = [
		...(both || values.one ? [oneN8n] : []),
		...(both || values.queue ? [queueMode] : []),
	];
	console.log(`Logs and lists: ${folder}`);
	const ends = await Promise.allSettled(
		deployments.map(async (open) => {
			const deployment = await open();
			const result = await closing(
				deployment,
				async () => await soak(deployment, { seed, minutes, folder }),
			);
			writeFileSync(
				join(results, `${result.name}.json`),
				`${JSON.stringify(result, null, '\t')}\n`,
			);
			return result;
		}),
	);
	for (const end of ends) if (end.status === 'rejected') console.error(end.reason);
	console.log(`Written: ${writePage(results)}`);
	return ends.every((end) => end.status === 'fulfilled' && isGood(end.value));
}

async function closing<T>(deployment: Deployment, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} finally {
		await deployment.close();
	}
}

function isGood({ accounts, counts }: SoakResult): boolean {
	const { lost, paidTwice, misplaced, unknown } = accounts;
	const wrong = [...lost, ...paidTwice, ...misplaced, ...unknown, ...counts.hung];
	console.log(JSON.stringify({ lost, paidTwice, misplaced, unknown, hung: counts.hung }));
	return wrong.length === 0;
}

main().then(
	(good) => process.exit(good ? 0 : 1),
	(error: unknown) => {
		console.error(error instanceof Error ? error.stack : error);
		process.exit(1);
	},
);
