import { setTimeout as sleep } from 'node:timers/promises';

import { sendBursts, sendLateWebhooks } from './apiFaults';
import type { Deployment } from './deployment';
import type { Evaluation } from './evaluation';
import { evaluate } from './evaluation';
import { planOf } from './plan';
import { credentialsFor, publishAll } from './publishing';
import { rulesFor } from './rules';
import type { Sample } from './samples';
import { measure } from './samples';
import { keepSchedule } from './schedule';
import { SoakLog } from './soakLog';
import { Supervisor } from './supervisor';

/** What came of the soak of one deployment. */
export interface SoakResult extends Evaluation {
	name: Deployment['name'];
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

/** Runs the plan on a deployment that has just started, and accounts for every item. */
export async function soak(
	deployment: Deployment,
	{ seed, minutes, folder }: SoakOptions,
): Promise<SoakResult> {
	const { control, url: sandboxUrl } = deployment.testServer.sandbox;
	const plan = planOf({ seed, minutes, sandboxUrl, queue: deployment.name === 'queue' });
	await control.rules(...rulesFor(plan.seconds));
	const credentials = await credentialsFor(deployment);
	const targetOf = await publishAll(deployment, plan, credentials);
	const log = new SoakLog(deployment.name);
	const patienceMs = (plan.maxWaitMinutes + PATIENCE_MINUTES) * MINUTE;
	const supervisor = new Supervisor(deployment, { patienceMs, log });
	const samples: Sample[] = [];
	const beside = [
		sendLateWebhooks(control, log),
		measure(deployment, { log, supervisor, samples }),
	];
	await Promise.all([
		keepSchedule({ deployment, plan, log, supervisor, targetOf }),
		sendBursts(control, { bursts: plan.bursts, log }),
	]);
	await untilMade(deployment);
	await sleep(LAST_WEBHOOKS_MS);
	log.over = true;
	await Promise.all(beside);
	const evaluation = await evaluate({ deployment, plan, log, supervisor, credentials, folder });
	return {
		...{ name: deployment.name, seed, minutes, at: new Date(log.startedAt).toISOString() },
		minutesInAll: Math.round((Date.now() - log.startedAt) / MINUTE),
		...evaluation,
		samples,
	};
}

async function untilMade({ testServer }: Deployment): Promise<void> {
	for (;;) {
		const { tasks } = await testServer.sandbox.control.state(Date.now());
		if (tasks.every(({ status }) => status === 'COMPLETED')) return;
		await sleep(2000);
	}
}
