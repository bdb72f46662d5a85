import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readForRun } from '../fields/expressions';
import { optionsProperty } from '../fields/options';
import { downloadOptionsIfWanted, readVideoOutput, videoOutputFields } from '../fields/videoOutput';
import type { WaitSettings } from '../fields/waiting';
import { maxWait, pollIntervalIfPolling, readWaitSettings, waitUsing } from '../fields/waiting';
import { hostOf } from '../http/provider';
import { runIndexOf } from '../n8n/execution';
import { continuesOnFail, usedAsTool } from '../n8n/nodeSettings';
import type { VideoOutput } from '../output/collect';
import { failedItem } from '../output/failedItem';
import { FileNames } from '../output/fileName';
import type { InputOf } from '../output/inputFields';
import { withInput } from '../output/inputFields';
import { typedError } from '../output/nodeError';
import type { Task } from '../tasks/task';
import { isFinal } from '../tasks/task';
import { pollAfterSuspending } from '../waiting/pollAfterSuspending';
import { pollBeforeSuspending } from '../waiting/pollBeforeSuspending';
import { isUnfinished } from '../waiting/pollOnce';
import { taskWebhookUrl } from '../waiting/resumeUrl';
import { storedInput } from '../waiting/storedInput';
import { chooseWaiting } from '../waiting/suspendOrPoll';
import type { Place, Suspension } from '../waiting/storedSuspension';
import {
	awaitedIn,
	inPlaces,
	interruptedSuspension,
	suspend,
	waitEnd,
} from '../waiting/suspension';
import { collectOnce, waitOnce } from '../waiting/waitOnce';
import { createOptions, requestProperties } from './createProperties';
import type { Operation } from './operation';
import { readInput } from './readInput';
import { reasonNotToSuspend } from './reasonNotToSuspend';
import type { RunContext } from './runContext';
import { openRunContext } from './runContext';
import type { Submitted } from './submit';
import { submit } from './submit';

/** A task that this node has created exists: the API may take a while to find it. */
const MISSING_MS = 5 * 60_000;

const POLLED =
	'The provider cannot reach this n8n, so the node checked at intervals until the videos were ready. With a public URL (environment variable N8N_WEBHOOK_URL) the execution would be paused instead.';

export const createAndWait: Operation = {
	value: 'createAndWait',
	name: 'Create and Wait',
	action: ({ action }) => `Create video ${action} and wait`,
	description: 'Create one video per item and continue when all are ready',
	properties: (resource) => [
		...requestProperties(resource),
		...[waitUsing, maxWait, ...videoOutputFields].flatMap((field) => field.properties),
		optionsProperty([
			...createOptions(resource),
			...downloadOptionsIfWanted,
			pollIntervalIfPolling,
		]),
	],
	async execute(context: IExecuteFunctions) {
		const runContext = await openRunContext(context);
		const { api, clock } = runContext;
		const begunAt = clock.now();
		const settings = readWaitSettings(context);
		const run = runIndexOf(context);
		const inputOf = readInput(context);
		const interrupted = interruptedSuspension(context, run);
		if (interrupted) {
			const batch = { ...runContext, ...interrupted, settings, states: new Map<string, Task>() };
			// The input is the replaced one.
			return withInput(await poll(batch), storedInput(context));
		}
		const wanted = readForRun(context, waitUsing);
		const isTool = usedAsTool(context);
		const lost = wanted === 'auto' && !isTool ? reasonNotToSuspend(context) : null;
		const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
		const waiting = chooseWaiting({
			waitUsing: wanted,
			resumeUrl,
			providerHost: hostOf(api.provider),
			isTool,
			losesVideos: lost !== null,
		});
		const submitted = await submit(runContext, {
			read: (item) => readVideoOutput(context, item),
			webhookUrl: (_request, { item }) =>
				waiting === 'webhook' ? taskWebhookUrl(resumeUrl, `${run}.${item}`) : undefined,
		});
		const names = new FileNames();
		const places = submitted.map((entry) => placeOf(entry, names));
		const tasks = submitted.filter((entry) => 'task' in entry);
		if (tasks.length > 0 && wanted === 'auto' && waiting === 'polling' && !isTool) {
			const message = lost ?? POLLED;
			context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
		}
		const batch: Batch = {
			...runContext,
			settings,
			begunAt,
			resumeUrl,
			run,
			places,
			inputOf,
			states: new Map(tasks.map(({ task }) => [task.task_id, task])),
		};
		// Webhooks about a task that another execution created go to that execution, not to this one.
		const elsewhere = tasks.some(
			({ own, reused, task }) => (!own || reused) && !isFinal(task.status),
		);
		return waiting === 'webhook' && !elsewhere ? await suspendOrFinish(batch) : await poll(batch);
	},
};

interface Batch extends RunContext, Pick<Suspension, 'run' | 'places'> {
	settings: WaitSettings;
	/** When the run began, in milliseconds since 1970. */
	begunAt: number;
	resumeUrl: string;
	inputOf: InputOf;
	/** The last known state of each task. */
	states: Map<string, Task>;
}

function placeOf(entry: Submitted<VideoOutput>, names: FileNames): Place {
	if ('settled' in entry) return { settled: entry.settled };
	const { item, task, request, reused, extra } = entry;
	const { endpoint, metadata } = request;
	const taskId = task.task_id;
	const videoOutput = names.applyTo(taskId, extra);
	return { awaits: { item, taskId, endpoint, metadata, reused, videoOutput } };
}

async function suspendOrFinish(batch: Batch): Promise<INodeExecutionData[]> {
	const { context, api, clock, settings, run, places, toErrorOutput } = batch;
	const awaited = awaitedIn(batch);
	const end = waitEnd(clock.now(), settings.maxWaitMs);
	const watch = await pollBeforeSuspending({ api, clock, end: end.endsAt }, awaited);
	const known = awaited.map((awaitedTask) => ({
		awaitedTask,
		task: watch.taskOf(awaitedTask.taskId) ?? batch.states.get(awaitedTask.taskId)!,
	}));
	if (watch.open(awaited).length === 0) {
		const nodeRun = { nodeContext: context.getContext('node'), run };
		return inPlaces(batch, await collectOnce(batch, nodeRun, known));
	}
	// A webhook will come only for a task that was unfinished just now. Without one, nothing would continue the execution.
	const isAwaited = awaited.some(({ taskId }) => isUnfinished(watch.taskOf(taskId)));
	const tasks = known.map(({ task }) => task);
	const states = new Map(tasks.map((task) => [task.task_id, task]));
	if (!isAwaited) {
		const maxWaitMs = Math.max(0, end.endsAt - clock.now());
		return await poll({ ...batch, states, settings: { ...settings, maxWaitMs } });
	}
	const shown = await suspend(context, {
		run,
		places,
		toErrorOutput,
		...end,
		inputOf: batch.inputOf,
		finalBefore: tasks.filter(({ status }) => isFinal(status)).map(({ task_id }) => task_id),
		statuses: states,
	});
	void pollAfterSuspending(context, batch, { run, endsAt: end.endsAt });
	return shown;
}

async function poll(
	batch: Omit<Batch, 'begunAt' | 'resumeUrl' | 'inputOf'>,
): Promise<INodeExecutionData[]> {
	const { context, settings, run, states } = batch;
	const awaited = awaitedIn(batch);
	try {
		const items = await waitOnce(batch, awaited, {
			...settings,
			nodeContext: context.getContext('node'),
			run,
			checkAtOnce: false,
			missingMs: MISSING_MS,
			known: states,
			unreadable: () => null,
		});
		return inPlaces(batch, items);
	} catch (error) {
		const taskIds = awaited.map(({ taskId }) => taskId);
		if (!continuesOnFail(context)) throw typedError(context.getNode(), error, { taskIds });
		const lost = awaited.map(({ item, taskId }) =>
			failedItem(context.getNode(), error, { item, taskIds: [taskId] }),
		);
		return inPlaces(batch, lost);
	}
}
