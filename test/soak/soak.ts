import { setTimeout as sleep } from 'node:timers/promises';

import type { Findings } from './account';
import { account } from './account';
import { Journal } from './journal';
import type { Sample } from './measuring';
import { measure } from './measuring';
import { planOf } from './plan';
import { credentialsFor, publishAll } from './publishing';
import { rulesFor } from './rules';
import { keepSchedule } from './schedule';
import type { Stage } from './stage';
import { Supervisor } from './supervisor';
import { sendBursts, sendLateWebhooks } from './weather';

/** What came of the soak of one stage. */
export interface SoakResult extends Findings {
	name: Stage['name'];
	seed: number;
	/** How long executions were started, and how long all of it took. */
	minutes: number;
	minutesInAll: number;
	/** ISO time of the start. */
	at: string;
	samples: Sample[];
}

export interface SoakOptions {
	seed: number;
	minutes: number;
	/** For logs and lists, kept for anyone who wants to know what went wrong. */
	folder: string;
}

const MINUTE = 60_000;

/** How much longer than Max Wait an execution may take before it counts as one that never ends. */
const PATIENCE_MINUTES = 8;

/** What the trigger may still take after the last video: late webhooks, and those that are repeated. */
const LAST_WEBHOOKS_MS = 100_000;

/** Runs the plan on a stage that has just started, and accounts for every item. */
export async function soak(
	stage: Stage,
	{ seed, minutes, folder }: SoakOptions,
): Promise<SoakResult> {
	const { control, url: sandboxUrl } = stage.testServer.sandbox;
	const plan = planOf({ seed, minutes, sandboxUrl, queue: stage.name === 'queue' });
	await control.rules(...rulesFor(plan.seconds));
	const credentials = await credentialsFor(stage);
	const targetOf = await publishAll(stage, plan, credentials);
	const journal = new Journal(stage.name);
	const patienceMs = (plan.maxWaitMinutes + PATIENCE_MINUTES) * MINUTE;
	const supervisor = new Supervisor(stage, { patienceMs, journal });
	const samples: Sample[] = [];
	const beside = [
		sendLateWebhooks(control, journal),
		measure(stage, { journal, supervisor, samples }),
	];
	await Promise.all([
		keepSchedule({ stage, plan, journal, supervisor, targetOf }),
		sendBursts(control, { bursts: plan.bursts, journal }),
	]);
	await untilMade(stage);
	await sleep(LAST_WEBHOOKS_MS);
	journal.over = true;
	await Promise.all(beside);
	const findings = await account({ stage, plan, journal, supervisor, credentials, folder });
	return {
		...{ name: stage.name, seed, minutes, at: new Date(journal.startedAt).toISOString() },
		minutesInAll: Math.round((Date.now() - journal.startedAt) / MINUTE),
		...findings,
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
