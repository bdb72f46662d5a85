import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Placed } from '../lifecycle/creating/creation';
import { placeOrders } from '../lifecycle/creating/creation';
import { openJournal } from '../lifecycle/memory/journal';
import { openLedger } from '../lifecycle/memory/ledger';
import type { Task } from '../lifecycle/task';
import { readConcurrency } from '../parameters/read';
import type { VideoOrder } from '../lifecycle/creating/order';
import { failedItem, typedError } from './failure';
import { goesOnWithFailures } from './nodeSettings';
import type { Plan } from './planning';
import type { Scene } from './scene';

/** What stands in the place of an input item once all orders have been dealt with. */
export type Ordered<T> =
	| { item: number; order: VideoOrder; task: Task; executionId: string; extra: T }
	| { item: number; failed: INodeExecutionData };

/**
 * Creates the tasks of a plan and gives one result per input item, in order.
 *
 * @throws n8n's error for the first item that failed, with the IDs of all tasks that were created, unless the
 * node goes on with failed items.
 */
export async function carryOut<T>(
	{ context, api, clock }: Scene,
	plan: Plan<T>,
): Promise<Array<Ordered<T>>> {
	const planned = plan.filter((entry) => 'submission' in entry);
	const keepGoing = goesOnWithFailures(context);
	const placed = await placeOrders(
		{
			api,
			ledger: openLedger(context.getContext('node'), runIndexOf(context)),
			journal: openJournal(context, { api, clock }),
			executionId: context.getExecutionId(),
			limit: readConcurrency(context),
			keepGoing,
			isCancelled: clock.isCancelled,
		},
		planned.map(({ submission }) => submission),
	);
	const taskIds = placed.flatMap((result) => ('task' in result ? [result.task.task_id] : []));
	const results = new Map<number, Placed>(planned.map(({ item }, index) => [item, placed[index]!]));
	return plan.map((entry): Ordered<T> => {
		if ('failed' in entry) return entry;
		const { item, submission, extra } = entry;
		const result = results.get(item)!;
		if ('task' in result) return { item, order: submission.order, extra, ...result };
		const failure = 'failure' in result ? result.failure : firstFailure(placed);
		if (!keepGoing) throw typedError(context.getNode(), failure, { item, taskIds });
		return { item, failed: failedItem(context.getNode(), failure, { item }) };
	});
}

function firstFailure(placed: readonly Placed[]): unknown {
	for (const result of placed) if ('failure' in result) return result.failure;
	return undefined;
}

/** Counts the rounds of a loop; the same number when n8n tries the node again. */
export function runIndexOf(context: IExecuteFunctions): number {
	return Number(context.evaluateExpression('{{ $runIndex }}', 0));
}
