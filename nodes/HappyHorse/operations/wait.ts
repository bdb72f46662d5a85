import type { IExecuteFunctions } from 'n8n-workflow';

import { deliveryFields } from '../fields/delivery';
import { modelField } from '../fields/model';
import { maxDownloadSizeIfWanted, optionsField, pollIntervalOption } from '../fields/options';
import { taskField } from '../fields/task';
import { maxWaitField } from '../fields/waiting';
import type { AwaitedTask } from '../lifecycle/delivering/delivery';
import { deliver } from '../lifecycle/delivering/delivery';
import { pollUntilFinal } from '../lifecycle/waiting/polling';
import type { Place } from '../lifecycle/waiting/suspension';
import { awaitedIn, inPlaces } from '../lifecycle/waiting/suspension';
import type { Task } from '../lifecycle/task';
import { unseenTask } from '../lifecycle/task';
import { readAwaitedTask, readWaitSettings } from '../parameters/read';
import { ApiFailure } from '../transport/apiFailure';
import { failedItem, typedError } from './failure';
import { goesOnWithFailures } from './nodeSettings';
import type { Operation } from './operation';
import { openScene } from './scene';

export const wait: Operation = {
	option: {
		name: 'Wait',
		value: 'wait',
		action: 'Wait for videos',
		description: 'Wait for videos that were started before, without starting new ones',
	},
	fields: [
		modelField,
		taskField,
		maxWaitField,
		...deliveryFields,
		optionsField([maxDownloadSizeIfWanted, pollIntervalOption]),
	],
	async execute(context: IExecuteFunctions) {
		const scene = await openScene(context);
		const { api, clock } = scene;
		const { maxWaitMs, intervalMs } = readWaitSettings(context);
		const places = context.getInputData().map((_, item): Place => placeOf(context, item));
		const awaited = awaitedIn({ places });
		const watched = await pollUntilFinal(api, awaited, {
			clock,
			intervalMs,
			deadline: clock.now() + maxWaitMs,
			askAtOnce: true,
			known: new Map<string, Task>(),
		});
		const settled = places.map((place): Place => {
			if ('settled' in place) return place;
			const state = watched.get(place.awaits.taskId);
			return state instanceof ApiFailure ? refused(context, place.awaits, state) : place;
		});
		const known = awaitedIn({ places: settled }).map((ordered) => {
			const state = watched.get(ordered.taskId);
			return { ordered, task: isTask(state) ? state : unseenTask(ordered.taskId) };
		});
		return inPlaces({ places: settled }, await deliver(scene, known));
	},
};

function placeOf(context: IExecuteFunctions, item: number): Place {
	try {
		return { awaits: readAwaitedTask(context, item) };
	} catch (error) {
		if (!goesOnWithFailures(context)) throw typedError(context.getNode(), error, { item });
		return { settled: failedItem(context.getNode(), error, { item }) };
	}
}

function refused(context: IExecuteFunctions, { item }: AwaitedTask, failure: ApiFailure): Place {
	if (!goesOnWithFailures(context)) throw typedError(context.getNode(), failure, { item });
	return { settled: failedItem(context.getNode(), failure, { item }) };
}

function isTask(state: Task | ApiFailure | undefined): state is Task {
	return state !== undefined && !(state instanceof ApiFailure);
}
