import { readForRun } from '../fields/expressions';
import { maxConcurrency, maxTotalDuration } from '../fields/options';
import { createOnce, unpaid } from '../idempotency/createOnce';
import type { CreateRun } from '../idempotency/createTypes';
import type { DatabaseStore } from '../idempotency/databaseStore';
import { openDatabaseStore } from '../idempotency/databaseStore';
import { openExecutionStore } from '../idempotency/executionStore';
import { isRetry, runIndexOf } from '../n8n/execution';
import { continuesOnFail } from '../n8n/nodeSettings';
import { failedItem } from '../output/failedItem';
import { typedError } from '../output/nodeError';
import type { Task } from '../tasks/task';
import { ValidationError } from '../validationError';
import { requestsOf } from './claimRequests';
import { assertAffordable, settleDryRuns } from './dryRun';
import type { Prepared, RequestExtras, Settled } from './prepare';
import { prepare } from './prepare';
import type { CreateRequest } from './readRequest';
import type { RunContext } from './runContext';

/** What is in the place of an input item once all requests have been dealt with. */
export type Submitted<T> =
	| { item: number; request: CreateRequest; task: Task; own: boolean; reused: boolean; extra: T }
	| Settled;

/**
 * Checks all items, creates a task for each, and gives one result per input item, in item order.
 *
 * @throws n8n's error for the first item that failed, with the IDs of all tasks that were created, unless the
 * node continues with failed items.
 */
export async function submit<T>(
	runContext: RunContext,
	extras: RequestExtras<T>,
): Promise<Array<Submitted<T>>> {
	const { context, api, clock } = runContext;
	const limit = readForRun(context, maxConcurrency);
	const maxTotalSeconds = readForRun(context, maxTotalDuration) ?? Infinity;
	const entries = settleDryRuns(context, await prepare(runContext, extras), maxTotalSeconds);
	const prepared = entries.filter((entry) => 'request' in entry);
	const databaseStore = openDatabaseStore(context, clock);
	assertKeysCanBeKept(prepared, databaseStore);
	const executionStore = openExecutionStore(context.getContext('node'), runIndexOf(context));
	const requests = requestsOf(context, prepared, executionStore);
	const keepGoing = continuesOnFail(context);
	const run: CreateRun = {
		api,
		clock,
		executionStore,
		databaseStore,
		executionId: context.getExecutionId(),
		isRetry: isRetry(context),
		limit,
		keepGoing,
	};
	if (maxTotalSeconds < Infinity) {
		const items = new Set((await unpaid(run, requests)).map(({ item }) => item));
		const open = prepared.filter(({ item }) => items.has(item));
		assertAffordable(open, maxTotalSeconds);
	}
	const created = await createOnce(run, requests);
	const taskIds = created.flatMap((result) => ('task' in result ? [result.task.task_id] : []));
	let next = 0;
	return entries.map((entry): Submitted<T> => {
		if ('settled' in entry) return entry;
		const { item, request, extra } = entry;
		const result = created[next++]!;
		if ('task' in result) return { item, request, extra, ...result };
		const failure = 'failure' in result ? result.failure : result.skipped;
		if (!keepGoing) throw typedError(context.getNode(), failure, { item, taskIds });
		return { item, settled: failedItem(context.getNode(), failure, { item }) };
	});
}

function assertKeysCanBeKept<T>(
	prepared: ReadonlyArray<Prepared<T>>,
	databaseStore: DatabaseStore | null,
): void {
	if (databaseStore !== null) return;
	if (prepared.every(({ idempotencyKey }) => idempotencyKey === undefined)) return;
	throw new ValidationError(
		"This n8n cannot remember an 'Idempotency Key': it keeps no processed items",
		"Update n8n, or remove 'Idempotency Key' from the options. Nothing was created or charged.",
	);
}
