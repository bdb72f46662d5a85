import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { mapLimit } from '../concurrency/mapLimit';
import { checkResolved, readGuard } from '../fields/expressions';
import { readIdempotencyKey } from '../fields/idempotencyKey';
import { checkMedia, dryRun, retryUnavailable } from '../fields/options';
import { ANY_RATIO, requiredAspectRatio } from '../fields/requiredAspectRatio';
import type { Field } from '../fields/types/field';
import { readField } from '../fields/types/field';
import { pollInterval } from '../fields/waiting';
import { hostOf } from '../http/provider';
import { Files } from '../media/files';
import { continuesOnFail } from '../n8n/nodeSettings';
import { failedItem } from '../output/failedItem';
import type { Resource } from '../resources/resource';
import type { BadItem } from './badItems';
import { errorOfAll } from './badItems';
import { createOptions } from './createProperties';
import { fileHints } from './fileHints';
import type { OpenedMedium } from './openMedia';
import { openMedia } from './openMedia';
import { promptHints } from './promptHints';
import type { CreateRequest } from './readRequest';
import { readCreateRequest } from './readRequest';
import type { RunContext } from './runContext';
import { assertShape, aspectRatioOf, secondsOf, shapeHint } from './videoShape';

const ITEMS_AT_ONCE = 5;

/** The checked fields of an item. `T` is what the operation reads for it in addition to the request. */
interface Draft<T> {
	item: number;
	request: CreateRequest;
	extra: T;
	webhookUrl: string | undefined;
	checkMedia: boolean;
	/** The only shape that the user wants to pay for. */
	requiredAspectRatio: string;
	/** True when the item is to be checked and shown only: it is never paid for. */
	dryRun: boolean;
	idempotencyKey: string | undefined;
	retryUnavailable: boolean;
}

/** An item that can be created. */
export interface Prepared<T> extends Draft<T> {
	media: OpenedMedium[];
	/** The most seconds that the video can have. */
	seconds: number;
	/** The shape that the video will have, as far as it is known. */
	aspectRatio: string | undefined;
	/** What the user should know of that shape. */
	shapeHint: string | undefined;
}

/** An item whose output is known before anything is sent. */
export interface Settled {
	item: number;
	settled: INodeExecutionData;
}

/** What an operation adds to the request of each item. */
export interface RequestExtras<T> {
	/** Read and checked together with the request, so that nothing is sent if it is wrong. */
	read(item: number): T;
	/** Where the provider sends webhooks about the task of a checked request. */
	webhookUrl(request: CreateRequest, at: { item: number; extra: T }): string | undefined;
}

/**
 * Checks all items before anything is paid for: first all fields, then all files.
 *
 * @throws n8n's error for the items that cannot be created, unless the node continues with failed items.
 */
export async function prepare<T>(
	runContext: RunContext,
	extras: RequestExtras<T>,
): Promise<Array<Prepared<T> | Settled>> {
	const { context } = runContext;
	const unresolved = checkResolved(context, optionalFields(runContext.resource));
	const badItems: BadItem[] = [];
	const settle = (item: number, error: unknown): Settled => {
		badItems.push({ item, error });
		return { item, settled: failedItem(context.getNode(), error, { item }) };
	};
	const drafts = context.getInputData().map((_, item): Draft<T> | Settled => {
		try {
			return draftOf(runContext, extras, item);
		} catch (error) {
			return settle(item, error);
		}
	});
	assertGood(context, badItems);
	const files = new Files(runContext);
	const prepared = await mapLimit(drafts, {
		limit: ITEMS_AT_ONCE,
		work: async (draft): Promise<Prepared<T> | Settled> => {
			if ('settled' in draft) return draft;
			try {
				return await withFiles(files, draft);
			} catch (error) {
				return settle(draft.item, error);
			}
		},
	});
	assertGood(context, badItems);
	const ready = prepared.filter((entry) => 'request' in entry);
	const ofPrompts = ready.flatMap(({ request }) => promptHints(request));
	for (const message of [
		...unresolved,
		...new Set(ofPrompts),
		...(await fileHints(files, ready)),
	]) {
		context.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
	}
	return prepared;
}

/** An expression in one of these must give a value: without it, the user would pay for another video. */
function optionalFields(resource: Resource): Field[] {
	const fields = [...resource.fields, ...createOptions(resource), pollInterval];
	return [...new Set(fields)].filter(({ isOptional }) => isOptional);
}

function draftOf<T>(
	{ context, resource, api }: RunContext,
	extras: RequestExtras<T>,
	item: number,
): Draft<T> {
	const extra = extras.read(item);
	const request = readCreateRequest(context, resource, {
		item,
		providerHost: hostOf(api.provider),
	});
	const hasShape = resource.options.some(({ name }) => name === requiredAspectRatio.name);
	return {
		item,
		request,
		extra,
		webhookUrl: extras.webhookUrl(request, { item, extra }),
		checkMedia: readField(context, checkMedia, item),
		requiredAspectRatio: hasShape ? readGuard(context, requiredAspectRatio, item) : ANY_RATIO,
		dryRun: readGuard(context, dryRun, item),
		idempotencyKey: readIdempotencyKey(context, item),
		retryUnavailable: readField(context, retryUnavailable, item),
	};
}

function assertGood(context: IExecuteFunctions, badItems: readonly BadItem[]): void {
	if (continuesOnFail(context)) return;
	const error = errorOfAll(context.getNode(), badItems);
	if (error !== undefined) throw error;
}

async function withFiles<T>(files: Files, draft: Draft<T>): Promise<Prepared<T>> {
	const { item, request, checkMedia: check, requiredAspectRatio: wanted } = draft;
	const look = check || wanted !== ANY_RATIO;
	const media = await openMedia(files, request, { item, check, look });
	const facts = new Map(media.map(({ medium, files: [first] }) => [medium.apiName, first?.facts]));
	assertShape(request, facts, wanted);
	return {
		...draft,
		media,
		seconds: secondsOf(request, facts),
		aspectRatio: aspectRatioOf(request, facts),
		shapeHint: shapeHint(request, facts),
	};
}
