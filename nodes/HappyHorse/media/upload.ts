import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { retrying } from '../concurrency/retrying';
import type { Api } from '../http/apiClient';
import { ApiError, toApiError } from '../http/apiError';
import { unreadableError } from '../http/requestErrors';
import { isRecord } from '../tasks/task';
import type { ItemFile } from './itemFile';

const TIMEOUT_MS = 120_000;

const TRIES = 3;

const PAUSE_MS = 2000;

export interface UploadContext {
	context: IExecuteFunctions;
	api: Api;
	clock: Clock;
}

/**
 * Uploads a file and gives the URL at which the API can fetch it for about a day. An upload is free, so it is tried
 * again, each time with a fresh upload URL.
 *
 * @throws ApiError
 */
export async function uploadFile(
	{ context, api, clock }: UploadContext,
	file: Pick<ItemFile, 'bytes' | 'contentType'>,
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
			const slot = await requestSlot(api, file.contentType);
			const fault = await put(context, slot, file.bytes).catch(() => 'the connection broke');
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
	return new ApiError(`The file could not be uploaded (${outcome})`, {
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
	// A file may be private: it goes out unencrypted to the sandbox only.
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
