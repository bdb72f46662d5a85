import type { Clock } from '../../clock';
import type { Api } from '../../transport/api';
import { patient } from '../../transport/patience';
import type { AwaitedTask } from '../delivering/delivery';
import type { Known } from './finals';
import { Finals } from './finals';
import { SharedReads } from './sharedReads';
import type { Task } from '../task';
import { isFinal } from '../task';
import type { TaskReference } from '../tasks';
import { findInList, findSingly, readTask } from '../tasks';

/**
 * The API allows about 50 requests a minute, and 25 videos may finish within the same second. The last of them should
 * not have to wait for two seconds after the first.
 */
const LISTS_APART_MS = [250, 500, 1000, 2000] as const;

const READS_APART_MS = [2000] as const;

/** The API has been seen to call before its own list knows. */
const LAG_MS = 1500;

// All of these only save work within one process: the API decides what is true.
const listReads = new SharedReads<TaskReference[]>(LISTS_APART_MS);
const laggardReads = new SharedReads<Task>(READS_APART_MS);
const walks = new Map<string, Promise<void>>();
const finals = new Finals();

interface Question {
	awaited: AwaitedTask[];
	/** The task that the call is about. */
	own: AwaitedTask;
	clock: Clock;
	/** Of this wait of this execution. */
	key: string;
}

/**
 * Asks the API which of the awaited tasks are final, as far as it takes to know whether all are.
 *
 * @throws ApiFailure when the API cannot be asked now.
 */
export async function readFinals(api: Api, { awaited, own, clock, key }: Question): Promise<Known> {
	const known = finals.of(key, clock.now());
	const open = () => awaited.filter(({ taskId }) => !known.has(taskId));
	const left = await listReads.read(key, {
		clock,
		ask: async () => await findInList(api, awaited, known),
	});
	// A list that leaves out a large batch must not end in the API's limit of requests: one walk at a time.
	if (left.length > 0 && !walks.has(key)) {
		const ownFirst = [
			...left.filter((task) => task === own),
			...left.filter((task) => task !== own),
		];
		const walk = findSingly(patient(api, clock), ownFirst, known);
		walks.set(key, walk);
		await walk.finally(() => walks.delete(key));
	}
	await walks.get(key);
	// Without a second look, two last callbacks that each see the other's task unfinished would leave the
	// execution waiting.
	const late = open();
	const laggards = late.filter((task) => task === own || late.length === 1);
	if (laggards.length > 0) await clock.pause(LAG_MS);
	for (const reference of laggards) {
		if (known.has(reference.taskId)) continue;
		const task = await laggardReads.read(`${key}.${reference.taskId}`, {
			clock,
			ask: async () => await readTask(api, reference),
		});
		if (isFinal(task.status)) known.add(task);
	}
	return known;
}

/** To be called when the execution goes on. */
export function forgetFinals(key: string): void {
	finals.forget(key);
}
