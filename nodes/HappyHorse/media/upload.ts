import { createHash } from 'crypto';

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { retrying } from '../concurrency/retrying';
import { imageSize } from './image/imageSize';
import { fileSizeFault } from './limits';
import { ValidationError } from '../validationError';
import type { Api } from '../http/apiClient';
import { ApiError, toApiError } from '../http/apiError';
import { unreadableError } from '../http/explainError';
import type { ImageFacts } from './checkUrl';
import { judge } from './checkUrl';
import { imageType } from './uploadType';
import { isRecord } from '../tasks/task';

const TIMEOUT_MS = 120_000;

const TRIES = 3;

const PAUSE_MS = 2000;

/** An image of an input item, checked and ready to be uploaded. */
export interface Image {
	bytes: Buffer;
	contentType: string;
	/** Hash of the bytes. */
	identity: string;
	/** Left out when the file's beginning does not show its size. */
	facts?: ImageFacts | undefined;
}

/** @throws ValidationError when the item has no such file, or one that cannot be uploaded or used. */
export async function imageOf(
	context: IExecuteFunctions,
	{ item, property, checkMedia }: { item: number; property: string; checkMedia: boolean },
): Promise<Image> {
	const file = context.getInputData()[item]?.binary?.[property];
	if (file === undefined) {
		throw new ValidationError(
			`The item has no file in the field '${property}'`,
			"Check 'Input Data Field Name', and that the node before outputs the image as a binary file.",
		);
	}
	// Before it is loaded: it may be a video of several gigabytes.
	if (file.id) assertFileSize((await context.helpers.getBinaryMetadata(file.id)).fileSize);
	const bytes = await context.helpers.getBinaryDataBuffer(item, property);
	assertFileSize(bytes.length);
	const contentType = uploadType(bytes, property);
	const verdict = judge(imageSize(bytes), bytes.length);
	if (checkMedia && verdict.kind === 'rejected') throw unusable(property, verdict.reason);
	const identity = createHash('sha256').update(bytes).digest('hex');
	const facts = verdict.kind === 'fine' ? verdict.facts : undefined;
	return { bytes, contentType, identity, facts };
}

function assertFileSize(bytes: number): void {
	const fault = fileSizeFault(bytes);
	if (fault !== null) throw unusable(null, fault);
}

function unusable(property: string | null, reason: string): ValidationError {
	const which = property === null ? 'The image' : `The image in the field '${property}'`;
	return new ValidationError(
		`${which} cannot be used, ${reason}`,
		'Use another image, or change this one before this node.',
	);
}

/** The upload takes fewer formats than the model does. */
function uploadType(bytes: Buffer, property: string): string {
	const type = imageType(bytes);
	if (type === 'bmp') {
		throw new ValidationError(
			'A BMP image cannot be uploaded',
			'Convert it to PNG or JPEG, or enter the public URL of the BMP file as Image URL.',
		);
	}
	if (type === null) {
		throw new ValidationError(
			`The file in the field '${property}' is no JPEG, PNG or WebP image`,
			'Hand over an image in one of these formats.',
		);
	}
	return type;
}

interface UploadContext {
	context: IExecuteFunctions;
	api: Api;
	clock: Clock;
}

/**
 * Uploads an image and gives the URL at which the API can fetch it for about a day. An upload is free, so it is tried
 * again, each time with a fresh upload URL.
 *
 * @throws ApiError
 */
export async function uploadImage(
	{ context, api, clock }: UploadContext,
	image: Pick<Image, 'bytes' | 'contentType'>,
): Promise<string> {
	const outcome = await retrying<string | UploadFault>(
		{
			clock,
			pauseAfter(result, tried) {
				if ('error' in result || typeof result.value === 'string') return null;
				return tried < TRIES && mayPass(result.value.fault) ? PAUSE_MS * tried : null;
			},
		},
		async () => {
			const slot = await requestSlot(api, image.contentType);
			const fault = await put(context, slot, image.bytes).catch(() => 'the connection broke');
			const isUploaded = typeof fault === 'number' && fault >= 200 && fault < 300;
			return isUploaded ? slot.assetUrl : { fault };
		},
	);
	if ('error' in outcome) throw toApiError(outcome.error);
	if (typeof outcome.value === 'string') return outcome.value;
	throw notUploaded(outcome.value.fault);
}

/** Why a file was not taken: the status, or words when there was no response. */
interface UploadFault {
	fault: number | string;
}

function mayPass(fault: number | string): boolean {
	return typeof fault === 'string' || fault >= 500 || fault === 403;
}

function notUploaded(outcome: number | string): ApiError {
	return new ApiError(`The image could not be uploaded (${outcome})`, {
		...(typeof outcome === 'number' ? { statusCode: outcome } : {}),
		hint: 'Run again in a few minutes. Nothing was created or charged for this item.',
		retryable: typeof outcome === 'string' || outcome >= 500,
	});
}

async function requestSlot(api: Api, contentType: string): Promise<UploadSlot> {
	const response = await api.send({
		method: 'POST',
		path: '/v1/ai/uploads/request-url',
		purpose: 'upload',
		body: { files: [{ content_type: contentType }] },
	});
	const slot = uploadSlot(response);
	// An image may be private: it goes out unencrypted to the sandbox only.
	if (!api.provider.isLocal && !slot.uploadUrl.startsWith('https://')) {
		throw unreadableError(200, 'upload');
	}
	return slot;
}

interface UploadSlot {
	uploadUrl: string;
	/** Part of the URL's signature, so they are sent exactly as given. */
	headers: IDataObject;
	assetUrl: string;
}

function uploadSlot(response: unknown): UploadSlot {
	const file: unknown =
		isRecord(response) && Array.isArray(response.files) ? response.files[0] : undefined;
	if (isRecord(file)) {
		const { upload_url: uploadUrl, asset_url: assetUrl, headers } = file;
		if (typeof uploadUrl === 'string' && typeof assetUrl === 'string') {
			return { uploadUrl, assetUrl, headers: isRecord(headers) ? headers : {} };
		}
	}
	throw unreadableError(200, 'upload');
}

/** The URL is signed for this one file: it is opened without the API key. */
async function put(
	context: IExecuteFunctions,
	{ uploadUrl, headers }: UploadSlot,
	bytes: Buffer,
): Promise<number> {
	const response = (await context.helpers.httpRequest({
		method: 'PUT',
		url: uploadUrl,
		headers,
		body: bytes,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
	})) as { statusCode: number };
	return response.statusCode;
}
