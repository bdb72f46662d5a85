import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Measure, Plan } from '../measure';
import { inTurn, OURS, Rows } from '../measure';
import type { Owner } from '../rig/cpuShares';
import { cpuShares } from '../rig/cpuShares';
import { profiled } from '../rig/profiled';
import type { Rig } from '../rig/rig';
import { startRig } from '../rig/rig';
import { suspendedTargets } from '../rig/suspendedTargets';
import { ENGINE_FOR_ALL, flood, PLAIN, triggerTargets } from '../rig/triggerTargets';

/** What n8n's main thread spends its time on. The node comes first: all that its code runs in turn is charged to it. */
const OWNERS = [
	{
		...{ id: 'node', name: "the node's own code" },
		script: /n8n-nodes-(happy-horse\/dist|base\/dist\/nodes\/(Wait|Webhook))\//,
	},
	{ id: 'flatted', name: "reading n8n's stored executions", script: /\/flatted\// },
	{
		...{ id: 'engine', name: "n8n's JavaScript engine" },
		script: /\/(@n8n\/expression-runtime|isolated-vm)\//,
	},
	{ id: 'database', name: "n8n's database", script: /\/(@n8n\/typeorm|sqlite3)\// },
] satisfies Array<Owner & { id: string }>;

/** Where the last profile of each stays, for those who want to look for themselves. */
const PROFILES = join(tmpdir(), 'happy-horse-bench');

/** CPU time of n8n for each webhook, and how much of that the node's own code takes. */
export const webhookCpu: Measure = {
	name: 'cpu',
	title: 'What n8n is busy with for a webhook',
	async run(plan) {
		mkdirSync(PROFILES, { recursive: true });
		const rows = new Rows();
		const rig = await startRig(ENGINE_FOR_ALL);
		try {
			await measureSuspended(rig, plan, rows);
			await measureTriggers(rig, plan, rows);
		} finally {
			await rig.close();
		}
		console.log(`CPU profiles: ${PROFILES}`);
		return {
			rows: rows.all(),
			notes: [
				'Processor time for each of 100 webhooks, with a CPU profile of n8n over all of them: `npm run bench -- cpu` takes it again and leaves the profiles as files for Chrome DevTools. What the code of a node runs in turn counts for the node; "all threads" is what the process used, and besides the main thread these are the threads that build JavaScript engines, and the database.',
				'"Wait node" is an execution of as many items that waits for a webhook with a key. Its webhooks come without the key and are turned away, so that it waits on: what is left is what n8n does for each webhook to a waiting execution, whatever the node does.',
				"As in the last row above, n8n spares none of them its JavaScript engine. The webhooks hold the URL of a video, as the API's do. What Happy Horse Trigger takes more is for the signature of each, for a URL that n8n makes from the ID of the workflow, and for a row in n8n's database, so that no process passes a video on twice.",
			],
		};
	},
};

const webhooksOf = ({ quick }: Plan) => (quick ? 10 : 100);

async function measureSuspended(rig: Rig, plan: Plan, rows: Rows): Promise<void> {
	const webhooks = webhooksOf(plan);
	// A video for each webhook, one round to warm up, and others that are never made: nothing continues.
	const items = Math.max(plan.quick ? 1 : 1000, webhooks * (plan.repeats + 2));
	const targets = await suspendedTargets(rig, items);
	const where = `${items.toLocaleString('en')} items wait`;
	await eachInTurn(targets, plan, async ({ contender, send }, isWarm) => {
		const work = async () => await send(webhooks);
		await (isWarm
			? charge(rig, rows, { id: 'waiting', where, contender, webhooks, work })
			: work());
	});
}

async function measureTriggers(rig: Rig, plan: Plan, rows: Rows): Promise<void> {
	const webhooks = webhooksOf(plan);
	const targets = (await triggerTargets(rig)).filter(({ contender }) =>
		[OURS, PLAIN].includes(contender),
	);
	await eachInTurn(targets, plan, async (target, isWarm) => {
		const { contender } = target;
		const work = async () => void (await flood(rig, target, webhooks));
		const charged = { id: 'trigger', where: 'trigger', contender, webhooks, work };
		await (isWarm ? charge(rig, rows, charged) : work());
	});
}

/** The first run of each loads what later ones find in memory. */
async function eachInTurn<Target>(
	targets: Target[],
	{ repeats }: Plan,
	run: (target: Target, isWarm: boolean) => Promise<void>,
): Promise<void> {
	for (let round = 0; round <= repeats; round++) {
		for (const target of inTurn(targets, round)) await run(target, round > 0);
	}
}

interface Charged {
	id: string;
	where: string;
	contender: string;
	webhooks: number;
	work(): Promise<void>;
}

async function charge(
	{ inspectorPort }: Rig,
	rows: Rows,
	{ id, where, contender, webhooks, work }: Charged,
): Promise<void> {
	const file = join(PROFILES, `${id} ${contender}.cpuprofile`);
	const { profile, cpuMs } = await profiled(inspectorPort, file, work);
	const shares = cpuShares(profile, OWNERS);
	const main = Object.values(shares).reduce((sum, ms) => sum + ms, 0);
	const add = (part: string, what: string, ms: number) =>
		rows.add(
			{ id: `cpu-${id}-${part}`, what: `${what}, ${where}`, unit: 'ms', better: 'less' },
			contender,
			ms / webhooks,
		);
	add('all', 'All threads', cpuMs);
	add('main', 'Main thread', main);
	for (const owner of OWNERS) add(owner.id, `Main thread: ${owner.name}`, shares[owner.name] ?? 0);
}
