import type { ExecutionView } from '../../../sandbox/n8n/execution';
import { DONE } from '../contenders/nodes';
import type { Rig } from './rig';
import type { PublishedContender } from './runContender';

/** One row of a batch: its name is the prompt, by which the sandbox tells the rows apart. */
export interface BatchItem {
	name: string;
	image: string;
}

export function batchOf({ testServer }: Rig, runName: string, amount: number): BatchItem[] {
	return Array.from({ length: amount }, (_, index) => ({
		name: `${runName} #${index}`,
		image: `${testServer.sandbox.url}/images/320x320.png?n=${index % 20}`,
	}));
}

/** The IDs of the finished videos that an execution gave to its last node, each once. */
export function videosOf({ runData }: ExecutionView): Set<string> {
	const out = (runData[DONE] ?? []).flatMap(({ outputs }) => outputs[0] ?? []);
	const tasks = out.map(({ json }) => (json.data ?? json.body ?? json) as Record<string, unknown>);
	return new Set(
		tasks.filter(({ status }) => status === 'COMPLETED').map(({ task_id }) => String(task_id)),
	);
}

/** How many videos the sandbox was paid for by a run: its tasks, whatever their status. */
export async function paidFor(rig: Rig, { runName }: PublishedContender): Promise<number> {
	const { tasks } = await rig.testServer.sandbox.control.state();
	return tasks.filter(({ prompt }) => prompt?.startsWith(`${runName} #`)).length;
}
