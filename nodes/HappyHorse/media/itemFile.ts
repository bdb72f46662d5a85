import { createHash } from 'crypto';

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { isRecord } from '../tasks/task';
import { ValidationError } from '../validationError';
import { judgeImage } from './checkImage';
import { judgeVideo } from './checkVideo';
import type { ImageLimits } from './limits';
import { fileSizeProblem } from './limits';
import { itemFileHint } from './rejectionHint';
import type { UploadType } from './uploadType';
import { imageType, videoType } from './uploadType';
import type { Cause, Verdict, Wanted } from './verdict';
import { verdictOnOther } from './verdict';
import type { VideoLimits } from './video/videoProblem';

export type MediaLimits = ImageLimits | VideoLimits;

/** A file of an input item: the field that holds it, or what an expression such as `$binary.data` gives. */
export type FileReference = { property: string } | { binary: IDataObject };

/** A file of an input item, ready to be uploaded. */
export interface ItemFile {
	bytes: Buffer;
	contentType: UploadType;
	/** Hash of the bytes. */
	identity: string;
	verdict: Verdict;
}

/** True for what n8n's expressions give in the place of a file. */
export function isBinaryObject(value: unknown): value is IDataObject {
	return isRecord(value) && typeof value.mimeType === 'string';
}

/**
 * Reads a file of an input item.
 *
 * @throws ValidationError when there is none, or one that cannot be uploaded.
 */
export async function readItemFile(
	context: IExecuteFunctions,
	{ item, file, limits }: { item: number; file: FileReference; limits: MediaLimits },
): Promise<ItemFile> {
	const files = context.getInputData()[item]?.binary ?? {};
	const property = 'property' in file ? file.property : fieldOf(file.binary, files);
	const found = property === undefined ? undefined : files[property];
	if (property === undefined || found === undefined) throw missing(file, Object.keys(files));
	// Before it is loaded: it may have several gigabytes.
	if (found.id) {
		assertSize((await context.helpers.getBinaryMetadata(found.id)).fileSize, property, limits);
	}
	const bytes = await context.helpers.getBinaryDataBuffer(item, property);
	assertSize(bytes.length, property, limits);
	const { contentType, verdict } = inspect(bytes, { property, limits });
	const identity = createHash('sha256').update(bytes).digest('hex');
	return { bytes, contentType, identity, verdict };
}

/** Where n8n keeps the file, if not in the item: the same for each item that has this very file. */
export function storedIdOf(
	context: IExecuteFunctions,
	{ item, file }: { item: number; file: FileReference },
): string | undefined {
	const files = context.getInputData()[item]?.binary ?? {};
	const property = 'property' in file ? file.property : fieldOf(file.binary, files);
	return property === undefined ? undefined : files[property]?.id;
}

/** The field of the item with this file. An expression may leave the bytes out. */
function fieldOf(wanted: IDataObject, files: Record<string, unknown>): string | undefined {
	const facts = Object.entries(wanted);
	return Object.keys(files).find((field) => {
		const file = Object(files[field]) as Record<string, unknown>;
		return facts.every(([name, value]) => file[name] === value);
	});
}

function missing(file: FileReference, fields: readonly string[]): ValidationError {
	const there =
		fields.length === 0 ? 'The item has no files.' : `Fields with files: ${fields.join(', ')}.`;
	const message =
		'property' in file
			? `No file found in input field '${file.property}'`
			: 'The file that the expression gives is not a file of this item';
	return new ValidationError(
		message,
		`${there} The node before has to output it as a binary file of the same item.`,
	);
}

function assertSize(bytes: number, property: string, limits: MediaLimits): void {
	const problem = fileSizeProblem(bytes, limits);
	if (problem !== null) throw unusable(property, problem);
}

/** A file in the field of an item that cannot be sent. */
export function unusable(property: string, problem: string, cause?: Cause): ValidationError {
	return new ValidationError(
		`The file in input field '${property}' cannot be used. ${problem}`,
		itemFileHint(cause),
	);
}

const IMAGE: Wanted = { kind: 'image', types: [], names: 'JPEG, PNG or WebP' };

const VIDEO: Wanted = { kind: 'video', types: [], names: 'MP4 or MOV' };

/** What the file is, if it can be recognised. */
function anotherFormat(
	bytes: Buffer,
	{ property, wanted }: { property: string; wanted: Wanted },
): ValidationError {
	const verdict = verdictOnOther(bytes, wanted);
	if (verdict?.kind === 'rejected') return unusable(property, verdict.problem, verdict.cause);
	return unusable(property, `It is no ${wanted.names} ${wanted.kind}`);
}

interface Inspected {
	contentType: UploadType;
	verdict: Verdict;
}

function inspect(
	bytes: Buffer,
	{ property, limits }: { property: string; limits: MediaLimits },
): Inspected {
	if (limits.kind === 'video') {
		const contentType = videoType(bytes);
		if (contentType === null) throw anotherFormat(bytes, { property, wanted: VIDEO });
		return { contentType, verdict: judgeVideo(bytes, limits) };
	}
	const contentType = imageType(bytes);
	if (contentType === 'bmp') {
		throw new ValidationError(
			'A BMP image cannot be uploaded',
			limits.types.includes('bmp')
				? 'Convert it to PNG or JPEG, or enter the public URL of the BMP file.'
				: 'Convert it to PNG or JPEG.',
		);
	}
	// The upload takes fewer formats than the model does.
	if (contentType === null) throw anotherFormat(bytes, { property, wanted: IMAGE });
	return { contentType, verdict: judgeImage(bytes, { bytes: bytes.length, limits }) };
}
