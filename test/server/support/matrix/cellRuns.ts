import type { SandboxTask } from '../../../../sandbox/api/control';
import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import { n8nFacts } from '../../../n8nFacts';
import { retried, startRetries } from '../executions/retries';
import type { TestServer } from '../testServer/testServer';
import { until } from '../assertions/watching';
import { HAPPY_HORSE, ITEMS } from '../workflows/workflow';
import { SUB_WORKFLOW } from '../workflows/parentWorkflow';
import type { Cell, Row } from './cells';
import { rowName, rowsOf, titleOf } from './cells';
import type { Built, Surroundings } from './cellWorkflows';
import { childFor, manualFor, parentFor, workflowFor } from './cellWorkflows';

/** n8n shares two cores with hundreds of executions. */
const PATIENCE_MS = 150_000;

/** What came of a cell: the executions that had to succeed. */
export interface CellRun {
	cell: Cell;
	ended: ExecutionView[];
}

/** One published workflow; the cells that differ in nothing that it holds share it. */
interface Published {
	id: string;
	path: string;
	/** Starts at the same workflow take turns: an execution is known by being the newest. */
	turn: Promise<unknown>;
}

export interface Runner {
	/** Brings a cell to the moment at which n8n is killed; `null` where nothing is killed. */
	begin(cell: Cell): Promise<string>;
	/** Retries what was begun, after n8n was killed and started again. */
	finishCrashed(cell: Cell, id: string): Promise<CellRun>;
	run(cell: Cell): Promise<CellRun>;
}

export function runnerOn(testServer: TestServer, around: Surroundings): Runner {
	const { client } = testServer.n8n;
	const published = new Map<string, Promise<Published>>();
	const image = `${testServer.sandbox.url}/images/300x300.png?n=1`;

	const publish = async ({ path, ...workflow }: Built): Promise<Published> => {
		const id = await client.importWorkflow(workflow);
		await client.waitForWebhook(path);
		return { id, path, turn: Promise.resolve() };
	};
	const built = async (cell: Cell): Promise<Published> => {
		if (!cell.repeat.startsWith('sub-workflow')) return await publish(workflowFor(cell, around));
		const childId = await client.importWorkflow(childFor(cell, around));
		return await publish(parentFor(childId));
	};
	const workflowOf = async (cell: Cell): Promise<Published> => {
		const key = JSON.stringify([workflowKey(cell), cell.input, cell.operation]);
		const making = published.get(key) ?? built(cell);
		published.set(key, making);
		return await making;
	};
	const start = async (cell: Cell, body: unknown, amount = 1): Promise<string[]> => {
		const workflow = await workflowOf(cell);
		const starting = workflow.turn.then(async () => {
			const listed = async () => {
				const all = await client.executions({ workflowId: workflow.id });
				return all.filter(({ mode }) => mode === 'webhook').map(({ id }) => id);
			};
			const known = new Set(await listed());
			const request = async () => await client.sendToWebhook(workflow.path, { body });
			const responses = await Promise.all(Array.from({ length: amount }, request));
			if (responses.some(({ status }) => status !== 200)) throw new Error('The webhook failed');
			return await until(`${titleOf(cell)} has started`, async () => {
				const fresh = (await listed()).filter((id) => !known.has(id));
				return fresh.length >= amount && fresh;
			});
		});
		workflow.turn = starting.catch(() => undefined);
		return await starting;
	};
	const startRows = async (cell: Cell, amount = 1) =>
		await start(cell, { items: rowsOf(cell, image) }, amount);
	const ended = async (id: string) => await client.waitForExecution(id, { timeoutMs: PATIENCE_MS });
	const failed = async (id: string) => {
		const execution = await ended(id);
		if (execution.status !== 'error') throw new Error(`It did not fail: ${execution.status}`);
		return execution;
	};

	const byHand = async (cell: Cell): Promise<ExecutionView[]> => {
		const workflow = manualFor(cell, around, rowsOf(cell, image));
		const id = await client.importWorkflow(workflow, { activate: false });
		const before = await ended(await client.runManually(id, { destinationNode: ITEMS }));
		const { runData } = before.data.resultData as { runData: Record<string, unknown> };
		const step = { destinationNode: HAPPY_HORSE, runData };
		return [
			await ended(await client.runManually(id, step)),
			await ended(await client.runManually(id, step)),
		];
	};

	const repeat = async (cell: Cell): Promise<ExecutionView[]> => {
		if (cell.repeat.startsWith('Execute step')) return await byHand(cell);
		if (cell.repeat === 'same key at once') {
			return await Promise.all((await startRows(cell, 2)).map(ended));
		}
		const [id] = await startRows(cell);
		if (cell.repeat === 'Retry On Fail') return [await ended(id!)];
		if (cell.repeat === 'same key later') {
			const first = await ended(id!);
			const [second] = await startRows(cell);
			return [first, await ended(second!)];
		}
		const first = await failed(id!);
		if (cell.repeat === 'two Retries at once') {
			return await Promise.all((await startRetries(client, first, 2)).map(ended));
		}
		const again = await retried(client, first, PATIENCE_MS);
		if (cell.repeat !== 'Retry twice') return [again];
		if (again.status !== 'error') throw new Error('The first Retry did not fail');
		return [await retried(client, again, PATIENCE_MS)];
	};

	return {
		async begin(cell) {
			const [id] = await start(cell, { cell: cellNumber(cell) });
			return id!;
		},
		async finishCrashed(cell, id) {
			const crashed = await client.waitForExecution(id, { until: ['crashed'] });
			return { cell, ended: [await retried(client, crashed, PATIENCE_MS)] };
		},
		run: async (cell) => ({ cell, ended: await repeat(cell) }),
	};
}

/** Names a cell in a URL. */
export const cellNumber = (cell: Cell): string =>
	encodeURIComponent(titleOf(cell)).replaceAll('%', '_');

/** Repetitions that run the same workflow. */
function workflowKey({ repeat }: Cell): string {
	if (repeat === 'Retry once' || repeat === 'Retry twice' || repeat === 'two Retries at once')
		return 'plain';
	return repeat.startsWith('same key') ? 'keyed' : repeat;
}

/** Everything in a cell that is not as it should be, other than the number of tasks. */
export function faultsOf({ cell, ended }: CellRun, tasks: readonly SandboxTask[]): string[] {
	return ended.flatMap(({ id, status, error, runData }) => {
		if (status !== 'success') return [`execution ${id} is ${status}: ${error?.message}`];
		if (cell.repeat === 'agent, Retry') return [];
		const hasChild = cell.repeat.startsWith('sub-workflow');
		if (hasChild && cell.operation === 'webhook wait' && !n8nFacts.getsItemsOfSuspended) return [];
		const node = hasChild ? SUB_WORKFLOW : HAPPY_HORSE;
		const items = (runData[node] ?? []).flatMap(({ outputs }) => outputs[0] ?? []);
		const wrong = Array.from({ length: cell.size }, (_, row) => {
			const own = tasks.filter(({ prompt }) => prompt?.startsWith(rowName(cell, row)));
			// A row that was there when the others came is before them.
			const item = items[items.length - cell.size + row];
			const isOwn = own.some(({ taskId }) => taskId === item?.json.task_id);
			return isOwn ? [] : [`execution ${id}, row ${row}: ${JSON.stringify(item?.json)}`];
		});
		return wrong.flat();
	});
}

export const countsOf = (cell: Cell, tasks: readonly SandboxTask[]): number[] =>
	Array.from(
		{ length: cell.size },
		(_, row) => tasks.filter(({ prompt }) => prompt?.startsWith(rowName(cell, row))).length,
	);

/** The row that is new when the others have shifted. */
export const newRow = (cell: Cell, image: string): Row => ({
	name: `${titleOf(cell)} #new;`,
	image,
});
