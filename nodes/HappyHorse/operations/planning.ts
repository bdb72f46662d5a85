import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Submission } from '../lifecycle/creating/creation';
import { inOrder } from '../lifecycle/inOrder';
import type { PictureFacts, PictureVerdict } from '../lifecycle/creating/pictureCheck';
import { lookAtPicture } from '../lifecycle/creating/pictureCheck';
import { pictureOf, uploadPicture } from '../lifecycle/creating/upload';
import { readCheckImage, readVideoParameters } from '../parameters/read';
import type { VideoOrder } from '../lifecycle/creating/order';
import { videoOrder } from '../parameters/videoRequest';
import { Refusal } from '../refusal';
import { hostOf } from '../transport/provider';
import { failedItem, typedError } from './failure';
import { goesOnWithFailures } from './nodeSettings';
import type { Scene } from './scene';

const PICTURES_AT_ONCE = 5;

/** An item whose order can be sent. `T` is what the operation has read for it beside the order. */
export interface Planned<T> {
	item: number;
	submission: Submission;
	extra: T;
	/** Left out when the picture was not, or could not be, looked at. */
	picture?: PictureFacts | undefined;
}

export interface Refused {
	item: number;
	failed: INodeExecutionData;
}

/** What an operation adds to the order of each item. */
export interface OrderExtras<T> {
	/** Read and checked together with the order, so that nothing is sent if it is wrong. */
	read(item: number): T;
	/** Where the provider is to call about the task of a checked order. */
	webhookUrl(order: VideoOrder, at: { item: number; extra: T }): string | undefined;
}

export type Plan<T> = Array<Planned<T> | Refused>;

interface Draft<T> {
	item: number;
	order: VideoOrder;
	extra: T;
	webhookUrl: string | undefined;
	checkImage: boolean;
}

/**
 * Checks all items before anything is paid for: first all fields, then all pictures.
 *
 * @throws n8n's error for the first item that cannot be ordered, unless the node goes on with failed items.
 */
export async function planOrders<T>(scene: Scene, extras: OrderExtras<T>): Promise<Plan<T>> {
	const { context, api } = scene;
	const drafts = context.getInputData().map((_, item) =>
		orRefused(context, item, (): Draft<T> => {
			const extra = extras.read(item);
			const order = videoOrder(readVideoParameters(context, item), hostOf(api.provider));
			const webhookUrl = extras.webhookUrl(order, { item, extra });
			return { item, order, extra, webhookUrl, checkImage: readCheckImage(context, item) };
		}),
	);
	const verdicts = new Map<string, Promise<PictureVerdict>>();
	const plan = await inOrder(drafts, {
		limit: PICTURES_AT_ONCE,
		work: async (draft): Promise<Planned<T> | Refused> => {
			if ('failed' in draft) return draft;
			try {
				return await planned(scene, draft, verdicts);
			} catch (error) {
				return refused(context, error, draft.item);
			}
		},
	});
	await hintAtUnclear(context, verdicts);
	return plan;
}

function orRefused<T>(
	context: IExecuteFunctions,
	item: number,
	draft: () => Draft<T>,
): Draft<T> | Refused {
	try {
		return draft();
	} catch (error) {
		return refused(context, error, item);
	}
}

function refused(context: IExecuteFunctions, error: unknown, item: number): Refused {
	if (!goesOnWithFailures(context)) throw typedError(context.getNode(), error, { item });
	return { item, failed: failedItem(context.getNode(), error, { item }) };
}

async function planned<T>(
	scene: Scene,
	{ item, order, extra, webhookUrl, checkImage }: Draft<T>,
	verdicts: Map<string, Promise<PictureVerdict>>,
): Promise<Planned<T>> {
	const { context, api, clock } = scene;
	const { image } = order;
	if ('url' in image) {
		const { url } = image;
		const picture = checkImage ? await factsOf(scene, url, verdicts) : undefined;
		const submission = {
			item,
			order,
			webhookUrl,
			imageIdentity: url,
			imageUrl: async () => url,
		};
		return { item, extra, submission, picture };
	}
	const source = { item, property: image.binaryProperty, checkImage };
	// Only the hash is kept: the bytes of a whole batch may be more than n8n can hold.
	const { identity, facts } = await pictureOf(context, source);
	const submission = {
		item,
		order,
		webhookUrl,
		imageIdentity: identity,
		imageUrl: async () =>
			await uploadPicture({ context, api, clock }, await pictureOf(context, source)),
	};
	return { item, extra, submission, picture: facts };
}

/** Looks at each address once, however many items use it. */
async function factsOf(
	{ context, api, clock }: Scene,
	url: string,
	verdicts: Map<string, Promise<PictureVerdict>>,
): Promise<PictureFacts | undefined> {
	const looking =
		verdicts.get(url) ?? lookAtPicture(context, { url, allowLocal: api.provider.isLocal, clock });
	verdicts.set(url, looking);
	const verdict = await looking;
	if (verdict.kind !== 'refused') return verdict.kind === 'fine' ? verdict.facts : undefined;
	throw new Refusal(
		`The picture of 'Image URL' cannot be used, ${verdict.reason}`,
		"Use another picture, or change this one before this node. If you are sure that it is fine, switch off 'Check Image' in the options.",
	);
}

async function hintAtUnclear(
	context: IExecuteFunctions,
	verdicts: ReadonlyMap<string, Promise<PictureVerdict>>,
): Promise<void> {
	const all = await Promise.all(verdicts.values());
	const reasons = all.flatMap((verdict) => (verdict.kind === 'unclear' ? [verdict.reason] : []));
	if (reasons.length === 0) return;
	context.addExecutionHints({
		message: `${reasons.length} of ${all.length} pictures could not be checked before they were ordered (${[...new Set(reasons)].join('; ')}). The provider may still be able to read them.`,
		type: 'warning',
		location: 'outputPane',
	});
}
