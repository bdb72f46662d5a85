import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { clockOf } from '../lifecycle/clock';
import type { Placed, Submission } from '../lifecycle/creation';
import { placeOrders } from '../lifecycle/creation';
import { openLedger } from '../lifecycle/ledger';
import type { Task } from '../lifecycle/task';
import { pictureOf, uploadPicture } from '../lifecycle/upload';
import { readConcurrency, readVideoParameters } from '../parameters/read';
import type { VideoOrder } from '../parameters/videoRequest';
import { videoOrder } from '../parameters/videoRequest';
import type { Api } from '../transport/api';
import { hostOf } from '../transport/provider';
import { failedItem, typedError } from './failure';
import { goesOnWithFailures } from './nodeSettings';

/** An item whose order can be sent. `T` is what the operation has read for it beside the order. */
export interface Planned<T> {
	item: number;
	submission: Submission;
	extra: T;
}

/** What stands in the place of an input item once all orders have been dealt with. */
export type Ordered<T> =
	| { item: number; order: VideoOrder; task: Task; executionId: string; extra: T }
	| { item: number; failed: INodeExecutionData };

/** What an operation adds to the order of each item. */
export interface OrderExtras<T> {
	/** Read and checked together with the order, so that nothing is sent if it is wrong. */
	read(item: number): T;
	/** Where the provider is to call about the task of a checked order. */
	webhookUrl(order: VideoOrder, at: { item: number; extra: T }): string | undefined;
}

export type Plan<T> = Array<Planned<T> | { item: number; failed: INodeExecutionData }>;

/**
 * Checks all items before anything is sent.
 *
 * @throws n8n's error for the first item that cannot be ordered, unless the node goes on with failed items.
 */
export async function planOrders<T>(
	context: IExecuteFunctions,
	api: Api,
	extras: OrderExtras<T>,
): Promise<Plan<T>> {
	const plan: Plan<T> = [];
	for (let item = 0; item < context.getInputData().length; item++) {
		try {
			const extra = extras.read(item);
			const submission = await submissionOf(context, api, item);
			const webhookUrl = extras.webhookUrl(submission.order, { item, extra });
			plan.push({ item, extra, submission: { ...submission, webhookUrl } });
		} catch (error) {
			if (!goesOnWithFailures(context)) throw typedError(context.getNode(), error, { item });
			plan.push({ item, failed: failedItem(context.getNode(), error, { item }) });
		}
	}
	return plan;
}

async function submissionOf(
	context: IExecuteFunctions,
	api: Api,
	item: number,
): Promise<Submission> {
	const order = videoOrder(readVideoParameters(context, item), hostOf(api.provider));
	const { image } = order;
	if ('url' in image) {
		return { item, order, imageIdentity: image.url, imageUrl: async () => image.url };
	}
	const source = { item, property: image.binaryProperty };
	// Only the hash is kept: the bytes of a whole batch may be more than n8n can hold.
	const { identity } = await pictureOf(context, source);
	return {
		item,
		order,
		imageIdentity: identity,
		imageUrl: async () => await uploadPicture(context, api, await pictureOf(context, source)),
	};
}

/**
 * Creates the tasks of a plan and gives one result per input item, in order.
 *
 * @throws n8n's error for the first item that failed, with the IDs of all tasks that were created, unless the
 * node goes on with failed items.
 */
export async function carryOut<T>(
	context: IExecuteFunctions,
	api: Api,
	plan: Plan<T>,
): Promise<Array<Ordered<T>>> {
	const planned = plan.filter((entry) => 'submission' in entry);
	const keepGoing = goesOnWithFailures(context);
	const placed = await placeOrders(
		{
			api,
			ledger: openLedger(context.getContext('node'), runIndexOf(context)),
			executionId: context.getExecutionId(),
			limit: readConcurrency(context),
			keepGoing,
			isCancelled: clockOf(context.getExecutionCancelSignal()).isCancelled,
		},
		planned.map(({ submission }) => submission),
	);
	const taskIds = placed.flatMap((result) => ('task' in result ? [result.task.task_id] : []));
	const results = new Map<number, Placed>(
		planned.map(({ item }, index) => [item, placed[index]!]),
	);
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

/** What would be sent, and how many seconds of video would have to be paid for. */
export function dryRunItems<T>(plan: Plan<T>): INodeExecutionData[] {
	return plan.map((entry) => {
		if ('failed' in entry) return entry.failed;
		const { item, submission } = entry;
		const { image, fields, model, metadata } = submission.order;
		const picture: IDataObject =
			'url' in image
				? { image_url: image.url }
				: { image_url: `(uploaded from the field '${image.binaryProperty}')` };
		return {
			json: {
				dry_run: true,
				model,
				request: {
					...picture,
					...fields,
					...(submission.webhookUrl === undefined ? {} : { webhook_url: submission.webhookUrl }),
				},
				video_seconds: fields.duration,
				resolution: fields.resolution,
				...(metadata === undefined ? {} : { metadata }),
			},
			pairedItem: { item },
		};
	});
}
