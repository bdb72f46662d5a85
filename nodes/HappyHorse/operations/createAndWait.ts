import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { deliveryFields } from '../fields/delivery';
import { modelField } from '../fields/model';
import {
	checkImageOption,
	dryRunOption,
	maxConcurrencyOption,
	maxDownloadSizeIfWanted,
	metadataOption,
	optionsField,
	pollIntervalOption,
	seedOption,
} from '../fields/options';
import { videoFields } from '../fields/video';
import { maxWaitField, waitUsingField } from '../fields/waiting';
import { resumeCallbackUrl } from '../lifecycle/waiting/callbackUrl';
import type { Delivery } from '../lifecycle/delivering/delivery';
import { deliver } from '../lifecycle/delivering/delivery';
import { pollUntilFinal } from '../lifecycle/waiting/polling';
import type { Place, Suspension } from '../lifecycle/waiting/suspension';
import {
	awaitedIn,
	inPlaces,
	interruptedSuspension,
	suspend,
} from '../lifecycle/waiting/suspension';
import type { Task } from '../lifecycle/task';
import { isFinal, unseenTask } from '../lifecycle/task';
import { findInList, findSingly } from '../lifecycle/tasks';
import type { WaitSettings } from '../parameters/read';
import { readDelivery, readDryRun, readWaitSettings, readWaitUsing } from '../parameters/read';
import { chooseWaiting } from '../parameters/waiting';
import { ApiFailure } from '../transport/apiFailure';
import { hostOf } from '../transport/provider';
import { dryRunItems } from './dryRun';
import { failedItem, typedError } from './failure';
import { goesOnWithFailures, usedAsTool } from './nodeSettings';
import type { Operation } from './operation';
import type { Scene } from './scene';
import { openScene } from './scene';
import type { Ordered } from './ordering';
import { carryOut, runIndexOf } from './ordering';
import { planOrders } from './planning';
import { reasonNotToSuspend } from './subWorkflow';

const POLLED =
	'The provider cannot call this n8n, so the node asked again and again until the videos were finished. With a public address (environment variable N8N_WEBHOOK_URL) the execution would be suspended instead.';

export const createAndWait: Operation = {
	option: {
		name: 'Create and Wait',
		value: 'createAndWait',
		action: 'Create video and wait for it',
		description: 'Start one video per item and go on when all are finished',
	},
	fields: [
		modelField,
		...videoFields,
		waitUsingField,
		maxWaitField,
		...deliveryFields,
		optionsField([
			checkImageOption,
			dryRunOption,
			maxConcurrencyOption,
			maxDownloadSizeIfWanted,
			metadataOption,
			pollIntervalOption,
			seedOption,
		]),
	],
	async execute(context: IExecuteFunctions) {
		const scene = await openScene(context);
		const { api } = scene;
		const settings = readWaitSettings(context);
		const run = runIndexOf(context);
		const interrupted = interruptedSuspension(context, run);
		if (interrupted) {
			return await poll({ ...scene, ...interrupted, settings, states: new Map() });
		}
		const dryRun = readDryRun(context);
		const waitUsing = readWaitUsing(context);
		const isTool = usedAsTool(context);
		const lost = waitUsing === 'auto' && !isTool ? reasonNotToSuspend(context) : null;
		const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
		const waiting = chooseWaiting({
			waitUsing,
			resumeUrl,
			providerHost: hostOf(api.provider),
			isTool,
			losesVideos: lost !== null,
		});
		const plan = await planOrders(scene, {
			read: (item) => readDelivery(context, item),
			webhookUrl: (_order, { item }) =>
				waiting === 'webhook' ? resumeCallbackUrl(resumeUrl, `${run}.${item}`) : undefined,
		});
		if (dryRun) return dryRunItems(plan);
		if (waitUsing === 'auto' && waiting === 'polling' && !isTool) {
			const message = lost ?? POLLED;
			context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
		}
		const ordered = await carryOut(scene, plan);
		const batch: Batch = {
			...scene,
			settings,
			run,
			places: ordered.map(placeOf),
			states: firstStates(ordered),
		};
		// Calls about a task that an earlier execution created go to that execution, not to this one.
		const strangers = ordered.some(
			(entry) => 'task' in entry && entry.executionId !== context.getExecutionId(),
		);
		return waiting === 'webhook' && !strangers ? await waitForCalls(batch) : await poll(batch);
	},
};

interface Batch extends Scene, Suspension {
	settings: WaitSettings;
	/** The last known state of each task. */
	states: Map<string, Task>;
}

function placeOf(entry: Ordered<Delivery>): Place {
	if ('failed' in entry) return { settled: entry.failed };
	const { item, task, order, extra: delivery } = entry;
	const { model, metadata } = order;
	return { awaits: { item, taskId: task.task_id, model, metadata, delivery } };
}

/** What the create requests answered. */
function firstStates(ordered: ReadonlyArray<Ordered<Delivery>>): Map<string, Task> {
	return new Map(
		ordered.flatMap((entry) => ('task' in entry ? [[entry.task.task_id, entry.task]] : [])),
	);
}

async function waitForCalls(batch: Batch): Promise<INodeExecutionData[]> {
	const { context, api, clock, settings, run, places, states, toErrorOutput } = batch;
	const awaited = awaitedIn(batch);
	// A call that came while tasks were still being created was turned away by n8n: look once before suspending.
	const findings = {
		has: (taskId: string) => isFinal(states.get(taskId)?.status ?? 'CREATED'),
		add: (task: Task) => void states.set(task.task_id, task),
	};
	try {
		await findSingly(api, await findInList(api, awaited, findings), findings);
	} catch {
		// The calls will tell; what must not happen is that paid videos are lost for it.
	}
	const finished = awaited.flatMap((ordered) => {
		const task = states.get(ordered.taskId);
		return task && isFinal(task.status) ? [{ ordered, task }] : [];
	});
	if (finished.length === awaited.length) {
		return inPlaces(batch, await deliver(batch, finished));
	}
	return await suspend(context, {
		run,
		places,
		toErrorOutput,
		statuses: states,
		waitTill: new Date(clock.now() + settings.maxWaitMs),
	});
}

async function poll(batch: Batch): Promise<INodeExecutionData[]> {
	const { context, api, clock, settings, states } = batch;
	const awaited = awaitedIn(batch);
	try {
		const watched = await pollUntilFinal(api, awaited, {
			clock,
			intervalMs: settings.intervalMs,
			deadline: clock.now() + settings.maxWaitMs,
			askAtOnce: false,
			known: states,
		});
		const known = awaited.map((ordered) => {
			const state = watched.get(ordered.taskId);
			// A task that was created and cannot be read is not lost: it comes out as unfinished, with its ID.
			const task = state instanceof ApiFailure ? undefined : state;
			return { ordered, task: task ?? states.get(ordered.taskId) ?? unseenTask(ordered.taskId) };
		});
		return inPlaces(batch, await deliver(batch, known));
	} catch (error) {
		const taskIds = awaited.map(({ taskId }) => taskId);
		if (!goesOnWithFailures(context)) throw typedError(context.getNode(), error, { taskIds });
		const lost = awaited.map(({ item, taskId }) =>
			failedItem(context.getNode(), error, { item, taskIds: [taskId] }),
		);
		return inPlaces(batch, lost);
	}
}
