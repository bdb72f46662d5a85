import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { mapLimit } from '../concurrency/mapLimit';
import type { CreateRequest } from '../tasks/createRequest';
import type { ImageFacts, ImageVerdict } from '../media/checkUrl';
import { lookAtImage } from '../media/checkUrl';
import { imageOf, uploadImage } from '../media/upload';
import type { OptionalField } from '../fields/raw';
import { checkResolved } from '../fields/raw';
import {
	readCheckMedia,
	readDryRun,
	readIdempotencyKey,
	readRetryUnavailable,
	readVideoParameters,
} from '../fields/read';
import { createRequest } from '../fields/createRequestFields';
import { ValidationError } from '../validationError';
import { hostOf } from '../http/provider';
import { failedItem, typedError } from './errors';
import { continuesOnFail } from '../n8n/nodeSettings';
import type { RunContext } from './runContext';

const IMAGES_AT_ONCE = 5;

/** An expression in one of these must give a value: without it, the user would pay for another video. */
const OPTIONAL_FIELDS: readonly OptionalField[] = [
	{ name: 'prompt', label: 'Prompt' },
	...[
		['checkMedia', 'Check Files'],
		['dryRun', 'Dry Run'],
		['maxConcurrency', 'Max Concurrency'],
		['maxTotalDuration', 'Max Total Duration'],
		['metadata', 'Metadata'],
		['pollInterval', 'Poll Interval'],
		['retryUnavailable', 'Retry When Unavailable'],
		['seed', 'Seed'],
	].map(([name = '', label = '']) => ({ name: `options.${name}`, label })),
];

/** The checked fields of an item. `T` is what the operation reads for it in addition to the request. */
interface Draft<T> {
	item: number;
	request: CreateRequest;
	extra: T;
	webhookUrl: string | undefined;
	checkMedia: boolean;
	/** True when the item is to be checked and shown only: it is never paid for. */
	dryRun: boolean;
	idempotencyKey: string | undefined;
	retryUnavailable: boolean;
}

/** An item that can be created. */
export interface Prepared<T> extends Draft<T> {
	/** Tells files apart: the URL, or a hash of the bytes. */
	imageIdentity: string;
	/** Gives the URL that the API fetches. Uploads the image first if it is a file. */
	imageUrl: () => Promise<string>;
	/** Left out when the image was not, or could not be, checked. */
	imageFacts?: ImageFacts | undefined;
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
 * Checks all items before anything is paid for: first all fields, then all images.
 *
 * @throws n8n's error for the first item that cannot be created, unless the node continues with failed items.
 */
export async function prepare<T>(
	runContext: RunContext,
	extras: RequestExtras<T>,
): Promise<Array<Prepared<T> | Settled>> {
	const { context, api } = runContext;
	const hints = checkResolved(context, OPTIONAL_FIELDS);
	const drafts = context.getInputData().map((_, item) =>
		orSettled(context, item, (): Draft<T> => {
			const extra = extras.read(item);
			const request = createRequest(readVideoParameters(context, item), hostOf(api.provider));
			return {
				item,
				request,
				extra,
				webhookUrl: extras.webhookUrl(request, { item, extra }),
				checkMedia: readCheckMedia(context, item),
				dryRun: readDryRun(context, item),
				idempotencyKey: readIdempotencyKey(context, item),
				retryUnavailable: readRetryUnavailable(context, item),
			};
		}),
	);
	const verdicts = new Map<string, Promise<ImageVerdict>>();
	const prepared = await mapLimit(drafts, {
		limit: IMAGES_AT_ONCE,
		work: async (draft): Promise<Prepared<T> | Settled> => {
			if ('settled' in draft) return draft;
			try {
				return await withImage(runContext, draft, verdicts);
			} catch (error) {
				return failed(context, error, draft.item);
			}
		},
	});
	for (const message of hints) {
		context.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
	}
	await hintAtUnclear(context, verdicts);
	return prepared;
}

function orSettled<T>(
	context: IExecuteFunctions,
	item: number,
	draft: () => Draft<T>,
): Draft<T> | Settled {
	try {
		return draft();
	} catch (error) {
		return failed(context, error, item);
	}
}

function failed(context: IExecuteFunctions, error: unknown, item: number): Settled {
	if (!continuesOnFail(context)) throw typedError(context.getNode(), error, { item });
	return { item, settled: failedItem(context.getNode(), error, { item }) };
}

async function withImage<T>(
	runContext: RunContext,
	draft: Draft<T>,
	verdicts: Map<string, Promise<ImageVerdict>>,
): Promise<Prepared<T>> {
	const { context, api, clock } = runContext;
	const { item, request, checkMedia } = draft;
	const { image } = request;
	if ('url' in image) {
		const { url } = image;
		const imageFacts = checkMedia ? await factsOf(runContext, url, verdicts) : undefined;
		return { ...draft, imageFacts, imageIdentity: url, imageUrl: async () => url };
	}
	const source = { item, property: image.binaryProperty, checkMedia };
	// Only the hash is kept: the bytes of a whole batch may be more than n8n can hold.
	const { identity, facts } = await imageOf(context, source);
	return {
		...draft,
		imageFacts: facts,
		imageIdentity: identity,
		imageUrl: async () =>
			await uploadImage({ context, api, clock }, await imageOf(context, source)),
	};
}

/** Checks each URL once, however many items use it. */
async function factsOf(
	{ context, api, clock }: RunContext,
	url: string,
	verdicts: Map<string, Promise<ImageVerdict>>,
): Promise<ImageFacts | undefined> {
	const looking =
		verdicts.get(url) ?? lookAtImage(context, { url, allowLocal: api.provider.isLocal, clock });
	verdicts.set(url, looking);
	const verdict = await looking;
	if (verdict.kind !== 'rejected') return verdict.kind === 'fine' ? verdict.facts : undefined;
	throw new ValidationError(
		`The image of 'Image URL' cannot be used, ${verdict.reason}`,
		"Use another image, or change this one before this node. If you are sure that it is fine, switch off 'Check Files' in the options.",
	);
}

async function hintAtUnclear(
	context: IExecuteFunctions,
	verdicts: ReadonlyMap<string, Promise<ImageVerdict>>,
): Promise<void> {
	const all = await Promise.all(verdicts.values());
	const reasons = all.flatMap((verdict) => (verdict.kind === 'unclear' ? [verdict.reason] : []));
	if (reasons.length === 0) return;
	context.addExecutionHints({
		message: `${reasons.length} of ${all.length} images could not be checked before the videos were created (${[...new Set(reasons)].join('; ')}). The provider may still be able to read them.`,
		type: 'warning',
		location: 'outputPane',
	});
}
