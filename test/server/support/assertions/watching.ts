/** What server tests look at: the sandbox's records on one side, n8n's executions on the other. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { SandboxControl, SandboxRequest, SandboxTask } from '../../../../sandbox/api/control';
import type { ExecutionView, Item } from '../../../../sandbox/n8n/execution';
import { itemsOf } from '../../../../sandbox/n8n/execution';
import type { TestServer } from '../testServer/testServer';
import { n8nFacts } from '../../../n8nFacts';
import { AFTER, HAPPY_HORSE } from '../workflows/workflow';

/** n8n and the sandbox share two cores with other tests: what is late is not wrong. */
const PATIENCE_MS = 60_000;

const TASKS = '/v1/ai/image-to-video/';

/** Polls until `look` gives something; throws with `what` in words when it never does. */
export async function until<T>(
	what: string,
	look: () => Promise<T | undefined | false>,
	timeoutMs = PATIENCE_MS,
): Promise<T> {
	const end = Date.now() + timeoutMs;
	for (;;) {
		const seen = await look();
		if (seen !== undefined && seen !== false) return seen;
		if (Date.now() > end) throw new Error(`Not within ${timeoutMs / 1000} s: ${what}`);
		await sleep(150);
	}
}

/** The requests that the node has sent about tasks, by kind. */
export interface Traffic {
	creates: number;
	lists: number;
	gets: number;
	/** IDs of the tasks that were read singly, in the order of the requests. */
	read: string[];
}

export async function traffic(control: SandboxControl, since?: number): Promise<Traffic> {
	const { requests } = await control.state(since);
	const sent = requests.filter(({ path, bySandbox }) => path.startsWith(TASKS) && !bySandbox);
	const read = sent.filter(isGet).map(({ path }) => path.split('/').pop()!);
	return {
		creates: sent.filter(({ method }) => method === 'POST').length,
		lists: sent.filter((request) => request.method === 'GET' && !isGet(request)).length,
		gets: read.length,
		read,
	};
}

/** `/v1/ai/image-to-video/<model>/<task>`: the list has no last part. */
function isGet({ method, path }: SandboxRequest): boolean {
	return method === 'GET' && path.slice(TASKS.length).includes('/');
}

/** The tasks at the sandbox in the order of the items, which are told apart by their prompt. */
export async function tasksOf(
	control: SandboxControl,
	items: ReadonlyArray<{ name: string }>,
): Promise<SandboxTask[]> {
	const { tasks } = await control.state();
	return items.map(({ name }) => {
		const own = tasks.filter(({ prompt }) => prompt === name);
		if (own.length !== 1) throw new Error(`${own.length} tasks for "${name}", expected one`);
		return own[0]!;
	});
}

/** Waits until n8n has stored the execution as waiting, and the sandbox holds a task for each item. */
export async function suspended(testServer: TestServer, id: string): Promise<ExecutionView> {
	return await testServer.n8n.client.waitForExecution(id, {
		until: ['waiting', 'success', 'error', 'crashed', 'canceled'],
		timeoutMs: PATIENCE_MS,
	});
}

/**
 * Waits until n8n has responded to the last webhook about each finished task: one that is still being dealt
 * with would read tasks from the sandbox that a reset has taken away.
 */
export async function webhooksHandled(control: SandboxControl): Promise<void> {
	await until('n8n has responded to all webhooks', async () => {
		const { tasks, webhooks } = await control.state();
		// 503 is the response to a webhook before its time; the sandbox repeats its own.
		const last = webhooks.filter(
			(webhook) => isFinal(webhook.status) && webhook.responseStatus !== 503,
		);
		const reported = new Set(last.map(({ taskId }) => taskId));
		return tasks
			.filter(({ status, webhookUrl }) => isFinal(status) && webhookUrl !== null)
			.every(({ taskId }) => reported.has(taskId));
	});
}

const isFinal = (status: string) => status === 'COMPLETED' || status === 'FAILED';

/** What the items hold that our node, or another, has put out. */
export const jsonsOf = (execution: ExecutionView, node: string = HAPPY_HORSE) =>
	itemsOf(execution, node).map(({ json }) => json);

/** What our node tells the user besides its items. */
export const hintsOf = (execution: ExecutionView) =>
	(execution.runData[HAPPY_HORSE]?.[0]?.hints ?? []).map(
		(hint) => (hint as { message: string }).message,
	);

/** Items of an output as the node after ours saw them: name from before it, task ID from it. */
export function arrivals(
	execution: ExecutionView,
	node: string = AFTER,
): Array<{ name: unknown; task_id: unknown }> {
	return itemsOf(execution, node).map(({ json }) => ({ name: json.name, task_id: json.task_id }));
}

/** What `arrivals` has to be when each item has kept its place. */
export function expectedArrivals(
	items: ReadonlyArray<{ name: string }>,
	tasks: readonly SandboxTask[],
): Array<{ name: string; task_id: string }> {
	return items.map(({ name }, index) => ({ name, task_id: tasks[index]!.taskId }));
}

/** The video in an item, as n8n keeps it. */
export async function storedVideo(
	testServer: TestServer,
	item: Item,
	property = 'data',
): Promise<Buffer> {
	const { id, data } = item.binary?.[property] ?? {};
	if (id !== undefined) return await testServer.n8n.client.downloadBinary(id);
	if (data === undefined || n8nFacts.keepsFilesOutside) {
		throw new Error(`The item has no file: ${JSON.stringify(item.json)}`);
	}
	return Buffer.from(data, 'base64');
}

/** The video of a task, as the sandbox serves it. */
export async function servedVideo(
	control: SandboxControl,
	{ taskId, generated }: SandboxTask,
): Promise<Buffer> {
	const [url] = generated;
	if (url === undefined) throw new Error(`Task ${taskId} has no video`);
	// The sandbox may hand out its public name, which only n8n knows how to find.
	const { pathname, search } = new URL(url);
	const response = await fetch(control.url + pathname + search);
	if (!response.ok) throw new Error(`The sandbox responded ${response.status} for ${taskId}`);
	return Buffer.from(await response.arrayBuffer());
}

/** Everything that n8n stored of an execution must be free of what opens the account. */
export function expectNoSecrets(testServer: TestServer, execution: ExecutionView): void {
	const stored = JSON.stringify(execution.raw);
	expect(stored.length).toBeGreaterThan(200);
	expect(stored).not.toContain(testServer.sandbox.key);
	expect(stored).not.toContain(testServer.sandbox.secret);
}

/** One paid request for each image, whatever else happened. */
export async function expectPaidOnce(
	control: SandboxControl,
	items: ReadonlyArray<{ image: string }>,
): Promise<void> {
	const { acceptedPerImage, acceptedPosts } = await control.state();
	expect(acceptedPerImage).toEqual(Object.fromEntries(items.map(({ image }) => [image, 1])));
	expect(acceptedPosts).toBe(items.length);
}
