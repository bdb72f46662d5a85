import { setTimeout as sleep } from 'node:timers/promises';

import { account } from './account';
import type { Accounts } from './accounting';
import type { Cause } from './causes';
import type { Sample } from './measuring';
import { sampleOf } from './measuring';
import type { Resource, Way } from './plan';
import { planOf } from './plan';
import { burstRule, rulesFor } from './rules';
import type { Stage } from './stage';
import type { Counts, Target } from './supervisor';
import { Supervisor } from './supervisor';
import { soakWorkflow } from './workflows';

/** What came of the soak of one stage. */
export interface SoakResult {
	name: Stage['name'];
	seed: number;
	/** How long executions were started, and how long all of it took. */
	minutes: number;
	minutesInAll: number;
	at: string;
	executions: number;
	counts: Counts;
	accounts: Accounts;
	/** Why videos did not come out of an execution by themselves. */
	causes: Partial<Record<Cause, number>>;
	posts: { all: number; accepted: number; answered429: number; answered503: number };
	marks: { lost: number; doubled: number; late: number };
	bursts: number;
	outages: string[];
	samples: Sample[];
}

export interface SoakOptions {
	seed: number;
	minutes: number;
	/** For logs and lists, kept for whoever asks what went wrong. */
	folder: string;
}

const LATE_MS: [least: number, most: number] = [30_000, 90_000];
const MINUTE = 60_000;

/** Runs the plan on a stage that has just started, and accounts for every item. */
export async function soak(
	stage: Stage,
	{ seed, minutes, folder }: SoakOptions,
): Promise<SoakResult> {
	const { testServer } = stage;
	const { control } = testServer.sandbox;
	const sandboxUrl = testServer.sandbox.url;
	const queue = stage.name === 'queue';
	const plan = planOf({ seed, minutes, sandboxUrl, queue });
	const say = (text: string) =>
		console.log(`${new Date().toISOString().slice(11, 19)} ${stage.name}: ${text}`);
	await control.rules(...rulesFor(plan.seconds));
	const { apiKey, ...rest } = {
		apiKey: testServer.sandbox.key,
		provider: 'custom',
		baseUrl: sandboxUrl,
	};
	const credentials = {
		signed: testServer.credential,
		unsigned: await testServer.addCredential({ apiKey, ...rest }),
	};
	const targets = new Map<string, Target>();
	const targetOf = async (resource: Resource, way: Way): Promise<Target> => {
		const key = `${resource} ${way}`;
		const known = targets.get(key);
		if (known) return known;
		const workflow = soakWorkflow({ resource, way }, { credentials, maxWait: plan.maxWaitMinutes });
		const { id } = await testServer.publish(workflow);
		const target = { workflowId: id, path: workflow.path };
		targets.set(key, target);
		return target;
	};
	for (const { resource, way } of [...plan.runs, ...plan.outages.map(({ batch }) => batch)])
		await targetOf(resource, way);

	const patienceMs = (plan.maxWaitMinutes + 8) * MINUTE;
	const supervisor = new Supervisor(stage, patienceMs, say);
	const startedAt = Date.now();
	const at = async (ms: number) => await sleep(Math.max(0, startedAt + ms - Date.now()));
	const ends: Array<Promise<void>> = [];
	const samples: Sample[] = [];
	const names: string[] = [];
	let over = false;

	/** Nothing that fails ends the soak: what is missing shows in the accounts. */
	const told = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
		try {
			return await work();
		} catch (error) {
			supervisor.counts.troubles.push(`${what}: ${String(error).slice(0, 300)}`);
			say(`${what}: ${String(error)}`);
			return undefined;
		}
	};
	const starts = (async () => {
		for (const run of plan.runs) {
			await at(run.at);
			const target = await targetOf(run.resource, run.way);
			names.push(...run.items.map(({ name }) => name));
			const id = await told(`run ${run.number}`, async () => {
				return await supervisor.alone(async () => await supervisor.start(target, run));
			});
			if (id !== undefined) ends.push(supervisor.follow(target, run, id));
		}
	})();
	const outages = (async () => {
		for (const { at: ms, kind, afterMs, batch } of plan.outages) {
			await at(ms);
			const target = await targetOf(batch.resource, batch.way);
			names.push(...batch.items.map(({ name }) => name));
			await supervisor.alone(async () => {
				const id = await told(`run ${batch.number}`, async () => {
					return await supervisor.start(target, batch);
				});
				await sleep(afterMs);
				say(`${kind} now, ${supervisor.live} executions under way`);
				const before = Date.now();
				const back = await told(kind, async () => {
					await stage.outage(kind);
					return true;
				});
				if (back === undefined)
					await told(`${kind}, again`, async () => await stage.outage('stop'));
				say(`back after ${Math.round((Date.now() - before) / 1000)} s`);
				if (id !== undefined) ends.push(supervisor.follow(target, batch, id));
			});
		}
	})();
	const bursts = (async () => {
		for (const burst of plan.bursts) {
			await at(burst.at);
			await told('a burst', async () => await control.rules(burstRule(burst, Date.now())));
		}
	})();
	const lateWebhooks = (async () => {
		const sent = new Set<string>();
		while (!over) {
			await sleep(10_000);
			const seen = await told('late webhooks', async () => await control.state(Date.now()));
			for (const { taskId, status, prompt, webhookUrl } of seen?.tasks ?? []) {
				if (status !== 'COMPLETED' || webhookUrl === null || sent.has(taskId)) continue;
				if (!prompt?.includes('[late]')) continue;
				sent.add(taskId);
				const [least, most] = LATE_MS;
				const wait = least + ((sent.size * 7919) % (most - least));
				setTimeout(() => void control.callback(taskId).catch(() => undefined), wait);
			}
		}
	})();
	const measuring = (async () => {
		for (let minute = 1; !over; minute++) {
			await at(minute * MINUTE);
			if (over) break;
			const seen = await told('a minute', async () => await control.state(Date.now()));
			const { tasks = [], acceptedPosts = 0 } = seen ?? {};
			const done = tasks.filter(({ status }) => status === 'COMPLETED').length;
			const sample = await sampleOf(stage, { minute, videos: acceptedPosts }).catch(
				() => undefined,
			);
			if (sample) samples.push(sample);
			const live = sample?.processes.map(
				({ name, live }) => `${name} ${live?.toFixed(0) ?? '?'} MB`,
			);
			say(
				`minute ${minute}: ${supervisor.counts.executions} executions started, ${supervisor.live} under way, ${done} of ${acceptedPosts} videos made, ` +
					`database ${((sample?.databaseBytes ?? 0) / 1e6).toFixed(1)} MB, ${live?.join(', ')}`,
			);
		}
	})();

	await Promise.all([starts, outages, bursts]);
	say('nothing more is started; waiting for what is under way');
	await Promise.all(ends);
	await untilMade(stage);
	await sleep(Math.min(100_000, minutes * 5000));
	over = true;
	await Promise.all([lateWebhooks, measuring]);
	const result = await account({ stage, plan, names, supervisor, credentials, folder });
	return {
		...{ name: stage.name, seed, minutes, at: new Date(startedAt).toISOString() },
		minutesInAll: Math.round((Date.now() - startedAt) / MINUTE),
		...result,
		samples,
	};
}

async function untilMade({ testServer }: Stage): Promise<void> {
	for (;;) {
		const { tasks } = await testServer.sandbox.control.state(Date.now());
		if (tasks.every(({ status }) => status === 'COMPLETED')) return;
		await sleep(2000);
	}
}
