import { setTimeout as sleep } from 'node:timers/promises';

import type { Deployment } from './deployment';
import type { Outage, Plan, PlannedRun, Resource, Way } from './plan';
import type { SoakLog } from './soakLog';
import type { Supervisor, Target } from './supervisor';

export interface ScheduleParts {
	deployment: Deployment;
	plan: Plan;
	log: SoakLog;
	supervisor: Supervisor;
	/** The published workflow for a resource and a way. */
	targetOf: (resource: Resource, way: Way) => Target;
}

/** Starts each execution and takes n8n away, at the planned times; resolves when the last execution has ended. */
export async function keepSchedule(parts: ScheduleParts): Promise<void> {
	const ends: Array<Promise<void>> = [];
	const { plan, log } = parts;
	const starts = async () => {
		for (const run of plan.runs) {
			await log.at(run.at);
			const id = await parts.supervisor.alone(async () => await start(parts, run));
			if (id !== undefined) ends.push(follow(parts, run, id));
		}
	};
	const outages = async () => {
		for (const outage of plan.outages) {
			await log.at(outage.at);
			const { batch } = outage;
			await parts.supervisor.alone(async () => {
				const id = await start(parts, batch);
				await goAway(parts, outage);
				if (id !== undefined) ends.push(follow(parts, batch, id));
			});
		}
	};
	await Promise.all([starts(), outages()]);
	log.say('nothing more is started; waiting for what is under way');
	await Promise.all(ends);
}

async function start(parts: ScheduleParts, run: PlannedRun): Promise<string | undefined> {
	const { log, supervisor, targetOf } = parts;
	return await log.attempt(`run ${run.number}`, async () => {
		return await supervisor.start(targetOf(run.resource, run.way), run);
	});
}

async function follow(parts: ScheduleParts, run: PlannedRun, id: string): Promise<void> {
	const { log, supervisor, targetOf } = parts;
	await log.attempt(`run ${run.number}`, async () => {
		await supervisor.follow(targetOf(run.resource, run.way), run, id);
	});
}

async function goAway(
	{ deployment, log, supervisor }: ScheduleParts,
	{ kind, afterMs }: Outage,
): Promise<void> {
	await sleep(afterMs);
	log.say(`${kind} now, ${supervisor.live} executions under way`);
	const before = Date.now();
	const back = await log.attempt(kind, async () => {
		await deployment.outage(kind);
		return true;
	});
	// A start of n8n may take too long on a busy computer.
	if (back === undefined) {
		await log.attempt(`${kind}, again`, async () => await deployment.outage('stop'));
	}
	log.say(`back after ${Math.round((Date.now() - before) / 1000)} s`);
}
