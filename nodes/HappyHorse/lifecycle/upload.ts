import { createHash } from 'crypto';

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { Refusal } from '../refusal';
import type { Api } from '../transport/api';
import { ApiFailure } from '../transport/apiFailure';
import { explainUnreadable } from '../transport/explain';
import { pictureType } from './pictureType';
import { isRecord } from './task';

/** The API refuses larger pictures, after they have been uploaded. */
const MAX_BYTES = 10 * 1024 * 1024;

const TIMEOUT_MS = 120_000;

/** A picture of an input item, checked and ready to be uploaded. */
export interface Picture {
	bytes: Buffer;
	contentType: string;
	/** Hash of the bytes. */
	identity: string;
}

/** @throws Refusal when the item has no such file or it is none that can be uploaded. */
export async function pictureOf(
	context: IExecuteFunctions,
	{ item, property }: { item: number; property: string },
): Promise<Picture> {
	if (context.getInputData()[item]?.binary?.[property] === undefined) {
		throw new Refusal(
			`The item has no file in the field '${property}'`,
			"Check 'Input Data Field Name', and that the node before delivers the picture as a binary file.",
		);
	}
	const bytes = await context.helpers.getBinaryDataBuffer(item, property);
	const type = pictureType(bytes);
	if (type === 'bmp') {
		throw new Refusal(
			'A BMP picture cannot be uploaded',
			'Convert it to PNG or JPEG, or give the public address of the BMP file as Image URL.',
		);
	}
	if (type === null) {
		throw new Refusal(
			`The file in the field '${property}' is no JPEG, PNG or WebP picture`,
			'Hand over a picture in one of these formats.',
		);
	}
	if (bytes.length > MAX_BYTES) {
		throw new Refusal(
			`The picture has ${(bytes.length / 1024 / 1024).toFixed(1)} MB, but at most 10 MB are allowed`,
			'Make the picture smaller before this node.',
		);
	}
	const identity = createHash('sha256').update(bytes).digest('hex');
	return { bytes, contentType: type, identity };
}

/**
 * Uploads a picture and gives the address under which the API can fetch it for about a day. Costs nothing.
 *
 * @throws ApiFailure
 */
export async function uploadPicture(
	context: IExecuteFunctions,
	api: Api,
	{ bytes, contentType }: Pick<Picture, 'bytes' | 'contentType'>,
): Promise<string> {
	const slot = uploadSlot(
		await api.send({
			method: 'POST',
			path: '/v1/ai/uploads/request-url',
			purpose: 'upload',
			body: { files: [{ content_type: contentType }] },
		}),
	);
	const statusCode = await put(context, slot, bytes).catch(() => 'the connection broke');
	if (typeof statusCode === 'number' && statusCode >= 200 && statusCode < 300) return slot.assetUrl;
	throw new ApiFailure(`The picture could not be uploaded (${statusCode})`, {
		...(typeof statusCode === 'number' ? { statusCode } : {}),
		advice: 'Run again in a few minutes. Nothing was created or charged for this item.',
		passing: typeof statusCode === 'string' || statusCode >= 500,
	});
}

interface UploadSlot {
	uploadUrl: string;
	/** Part of the address's signature, so they are sent exactly as given. */
	headers: IDataObject;
	assetUrl: string;
}

function uploadSlot(answer: unknown): UploadSlot {
	const file: unknown = isRecord(answer) && Array.isArray(answer.files) ? answer.files[0] : undefined;
	if (isRecord(file)) {
		const { upload_url: uploadUrl, asset_url: assetUrl, headers } = file;
		if (typeof uploadUrl === 'string' && typeof assetUrl === 'string') {
			return { uploadUrl, assetUrl, headers: isRecord(headers) ? headers : {} };
		}
	}
	throw explainUnreadable(200, 'upload');
}

/** The address is signed for this one file: it is opened without the API key. */
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
