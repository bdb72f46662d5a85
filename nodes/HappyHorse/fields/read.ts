import type { IExecuteFunctions } from 'n8n-workflow';

import type { AwaitedTask, VideoOutput } from '../output/collect';
import { MODELS } from '../resources';
import type { Endpoint } from '../tasks/endpoint';
import { endpointOf } from '../tasks/endpoint';
import { ValidationError } from '../validationError';
import { CALLBACKS, callbackUrl, triggerUrl } from './callback';
import { idempotencyKey } from './idempotencyKey';
import { rawValue } from './raw';
import { taskId } from './taskId';
import { choice, numberWithin, textWithin, webUrl, yesOrNo } from './check';
import type { VideoParameters } from './createRequestFields';

/*
 * Reads the node's fields. What an expression gives is `unknown` until one of the checks has looked at it.
 */

const DOWNLOAD_MEGABYTES = { min: 1, max: 100_000, unit: 'MB' };

/** A field's value for one item; `undefined` for a field that this node does not show or an expression left open. */
export function fieldValue(context: IExecuteFunctions, name: string, item: number): unknown {
	const value: unknown = context.getNodeParameter(name, item, null);
	return value ?? undefined;
}

export function optionValue(context: IExecuteFunctions, name: string, item: number): unknown {
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
export function readEndpoint(context: IExecuteFunctions, item: number): Endpoint {
	const model = choice(fieldValue(context, 'model', item), 'Model', MODELS);
	return endpointOf('image-to-video', model);
}

/** @throws ValidationError */
export function readTaskId(context: IExecuteFunctions, item: number): string {
	const value: unknown = context.getNodeParameter('taskId', item, '', { extractValue: true });
	return taskId(value);
}

/** @throws ValidationError */
export function readVideoOutput(context: IExecuteFunctions, item: number): VideoOutput {
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
		endpoint: readEndpoint(context, item),
		videoOutput: readVideoOutput(context, item),
	};
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
 * The callback URL for an item's task; `undefined` for none.
 *
 * @throws ValidationError when the provider could not reach it, or not for long enough.
 */
export function readCallbackUrl(
	context: IExecuteFunctions,
	{ item, providerHost }: { item: number; providerHost: string },
): string | undefined {
	const callback = choice(fieldValue(context, 'callback', item), 'Status Updates', CALLBACKS);
	if (callback === 'none') return undefined;
	const manual = context.getMode() === 'manual';
	if (callback === 'thisWorkflow') {
		const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', item));
		const url = triggerUrl(resumeUrl, String(context.getWorkflow().id));
		return callbackUrl(url, { label: 'Status Updates', providerHost, manual });
	}
	const { url } = webUrl(fieldValue(context, 'webhookUrl', item), 'Webhook URL');
	return callbackUrl(url, { label: 'Webhook URL', providerHost, manual });
}
