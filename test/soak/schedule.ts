import { setTimeout as sleep } from 'node:timers/promises';

import type { Journal } from './journal';
import type { Outage, Plan, PlannedRun, Resource, Way } from './plan';
import type { Stage } from './stage';
import type { Supervisor, Target } from './supervisor';

export interface ScheduleParts {
	stage: Stage;
	plan: Plan;
	journal: Journal;
	supervisor: Supervisor;
	/** The published workflow for a resource and a way. */
	targetOf: (resource: Resource, way: Way) => Target;
}

/** Starts each execution and takes n8n away, at the planned times; resolves when the last execution has ended. */
export async function keepSchedule(parts: ScheduleParts): Promise<void> {
	const ends: Array<Promise<void>> = [];
	const { plan, journal } = parts;
	const starts = async () => {
		for (const run of plan.runs) {
			await journal.at(run.at);
			const id = await parts.supervisor.alone(async () => await start(parts, run));
			if (id !== undefined) ends.push(follow(parts, run, id));
		}
	};
	const outages = async () => {
		for (const outage of plan.outages) {
			await journal.at(outage.at);
			const { batch } = outage;
			await parts.supervisor.alone(async () => {
				const id = await start(parts, batch);
				await goAway(parts, outage);
				if (id !== undefined) ends.push(follow(parts, batch, id));
			});
		}
	};
	await Promise.all([starts(), outages()]);
	journal.say('nothing more is started; waiting for what is under way');
	await Promise.all(ends);
}

async function start(parts: ScheduleParts, run: PlannedRun): Promise<string | undefined> {
	const { journal, supervisor, targetOf } = parts;
	return await journal.told(`run ${run.number}`, async () => {
		return await supervisor.start(targetOf(run.resource, run.way), run);
	});
}

async function follow(parts: ScheduleParts, run: PlannedRun, id: string): Promise<void> {
	const { journal, supervisor, targetOf } = parts;
	await journal.told(`run ${run.number}`, async () => {
		await supervisor.follow(targetOf(run.resource, run.way), run, id);
	});
}

async function goAway(
	{ stage, journal, supervisor }: ScheduleParts,
	{ kind, afterMs }: Outage,
): Promise<void> {
	await sleep(afterMs);
	journal.say(`${kind} now, ${supervisor.live} executions under way`);
	const before = Date.now();
	const back = await journal.told(kind, async () => {
		await stage.outage(kind);
		return true;
	});
	// A start of n8n may take too long on a busy computer.
	if (back === undefined) {
		await journal.told(`${kind}, again`, async () => await stage.outage('stop'));
	}
	journal.say(`back after ${Math.round((Date.now() - before) / 1000)} s`);
}
