import type { IExecuteFunctions } from 'n8n-workflow';

import type { AwaitedTask, Delivery } from '../output/collect';
import type { Model } from '../tasks/model';
import { MODELS } from '../tasks/model';
import { ValidationError } from '../validationError';
import { CALLBACKS, callbackAddress, triggerAddress } from './callback';
import { idempotencyKey } from './idempotencyKey';
import { rawValue, readForRun } from './raw';
import { taskId } from './taskId';
import {
	choice,
	isLeftOut,
	numberWithin,
	textWithin,
	webAddress,
	wholeNumber,
	yesOrNo,
} from './check';
import type { VideoParameters } from './createRequestFields';
import type { WaitUsing } from '../waiting/strategy';
import { WAIT_USING } from '../waiting/strategy';

/*
 * Reads the node's fields. What an expression gives is `unknown` until one of the checks has looked at it.
 */

const MAX_WAIT_MINUTES = { min: 0.1, max: 1440, unit: 'minutes' };
const POLL_INTERVAL_SECONDS = { min: 5, max: 3600, unit: 'seconds' };
const CONCURRENCY = { min: 1, max: 20, unit: 'requests' };
/** A day of video: more than any account pays for by intent. */
const TOTAL_SECONDS = { min: 1, max: 86_400, unit: 'seconds' };
const DOWNLOAD_MEGABYTES = { min: 1, max: 100_000, unit: 'MB' };

/** A field's value for one item; `undefined` for a field that this node does not show or an expression left open. */
export function fieldValue(context: IExecuteFunctions, name: string, item: number): unknown {
	const value: unknown = context.getNodeParameter(name, item, null);
	return value ?? undefined;
}

function optionValue(context: IExecuteFunctions, name: string, item: number): unknown {
	return fieldValue(context, `options.${name}`, item);
}

export function readVideoParameters(context: IExecuteFunctions, item: number): VideoParameters {
	return {
		model: fieldValue(context, 'model', item),
		imageSource: fieldValue(context, 'imageSource', item),
		imageUrl: fieldValue(context, 'imageUrl', item),
		binaryPropertyName: fieldValue(context, 'binaryPropertyName', item),
		prompt: fieldValue(context, 'prompt', item),
		resolution: fieldValue(context, 'resolution', item),
		duration: fieldValue(context, 'duration', item),
		seed: optionValue(context, 'seed', item),
		metadata: optionValue(context, 'metadata', item),
	};
}

/** @throws ValidationError */
export function readModel(context: IExecuteFunctions, item: number): Model {
	return choice(fieldValue(context, 'model', item), 'Model', MODELS);
}

/** @throws ValidationError */
export function readTaskId(context: IExecuteFunctions, item: number): string {
	const value: unknown = context.getNodeParameter('taskId', item, '', { extractValue: true });
	return taskId(value);
}

/** @throws ValidationError */
export function readDelivery(context: IExecuteFunctions, item: number): Delivery {
	// The operation Download has no switch: it always downloads.
	const download = yesOrNo(fieldValue(context, 'downloadVideo', item) ?? true, 'Download Video');
	const name = download
		? (fieldValue(context, 'outputBinaryPropertyName', item) ?? 'data')
		: 'data';
	const property = textWithin(name, 'Output Data Field Name', 200).trim();
	if (property === '') {
		throw new ValidationError(
			"'Output Data Field Name' is empty",
			'Enter the name of the field that will hold the video, usually data.',
		);
	}
	const size = optionValue(context, 'maxDownloadSize', item) ?? 500;
	return {
		download,
		property,
		maxMegabytes: numberWithin(size, 'Max Download Size', DOWNLOAD_MEGABYTES),
	};
}

/** One task to wait for or to fetch, as the fields of an item name it. @throws ValidationError */
export function readAwaitedTask(context: IExecuteFunctions, item: number): AwaitedTask {
	return {
		item,
		taskId: readTaskId(context, item),
		model: readModel(context, item),
		delivery: readDelivery(context, item),
	};
}

/** How long and how often; these hold for the whole run. */
export interface WaitSettings {
	maxWaitMs: number;
	intervalMs: number;
}

/** @throws ValidationError */
export function readWaitSettings(context: IExecuteFunctions): WaitSettings {
	const minutes = readForRun(context, {
		name: 'maxWait',
		label: 'Max Wait',
		read: (item) =>
			numberWithin(fieldValue(context, 'maxWait', item), 'Max Wait', MAX_WAIT_MINUTES),
	});
	const seconds = readForRun(context, {
		name: 'options.pollInterval',
		label: 'Poll Interval',
		read: (item) => {
			const interval = optionValue(context, 'pollInterval', item) ?? 15;
			return numberWithin(interval, 'Poll Interval', POLL_INTERVAL_SECONDS);
		},
	});
	return { maxWaitMs: minutes * 60_000, intervalMs: seconds * 1000 };
}

/** @throws ValidationError */
export function readWaitUsing(context: IExecuteFunctions): WaitUsing {
	return readForRun(context, {
		name: 'waitUsing',
		label: 'Wait Using',
		// Hidden where the node is a tool of an AI agent.
		read: (item) =>
			choice(fieldValue(context, 'waitUsing', item) ?? 'auto', 'Wait Using', WAIT_USING),
	});
}

/** @throws ValidationError */
export function readConcurrency(context: IExecuteFunctions): number {
	return readForRun(context, {
		name: 'options.maxConcurrency',
		label: 'Max Concurrency',
		read: (item) => {
			const value = optionValue(context, 'maxConcurrency', item) ?? 5;
			return wholeNumber(value, 'Max Concurrency', CONCURRENCY);
		},
	});
}

/** Seconds of video that one run may pay for; Infinity without a limit. @throws ValidationError */
export function readMaxTotalDuration(context: IExecuteFunctions): number {
	return readForRun(context, {
		name: 'options.maxTotalDuration',
		label: 'Max Total Duration',
		read: (item) => {
			const value = optionValue(context, 'maxTotalDuration', item);
			if (isLeftOut(value)) return Infinity;
			return numberWithin(value, 'Max Total Duration', TOTAL_SECONDS);
		},
	});
}

/** @throws ValidationError */
export function readCheckMedia(context: IExecuteFunctions, item: number): boolean {
	return yesOrNo(optionValue(context, 'checkMedia', item) ?? true, 'Check Files');
}

/** @throws ValidationError */
export function readDryRun(context: IExecuteFunctions, item: number): boolean {
	return yesOrNo(optionValue(context, 'dryRun', item) ?? false, 'Dry Run');
}

/** @throws ValidationError */
export function readRetryUnavailable(context: IExecuteFunctions, item: number): boolean {
	return yesOrNo(optionValue(context, 'retryUnavailable', item) ?? true, 'Retry When Unavailable');
}

/** The key that the user gave the item; `undefined` without the option. @throws ValidationError */
export function readIdempotencyKey(context: IExecuteFunctions, item: number): string | undefined {
	if (rawValue(context, 'options.idempotencyKey') === undefined) return undefined;
	return idempotencyKey(optionValue(context, 'idempotencyKey', item));
}

/**
 * The address that the provider is to call about an item's task; `undefined` for none.
 *
 * @throws ValidationError when the provider could not call it, or not for long enough.
 */
export function readCallback(
	context: IExecuteFunctions,
	{ item, providerHost }: { item: number; providerHost: string },
): string | undefined {
	const callback = choice(fieldValue(context, 'callback', item), 'Status Updates', CALLBACKS);
	if (callback === 'none') return undefined;
	const manual = context.getMode() === 'manual';
	if (callback === 'thisWorkflow') {
		const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', item));
		const address = triggerAddress(resumeUrl, String(context.getWorkflow().id));
		return callbackAddress(address, { label: 'Status Updates', providerHost, manual });
	}
	const { address } = webAddress(fieldValue(context, 'webhookUrl', item), 'Webhook URL');
	return callbackAddress(address, { label: 'Webhook URL', providerHost, manual });
}
