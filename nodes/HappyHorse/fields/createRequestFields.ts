import type { IDataObject } from 'n8n-workflow';

import { MODELS } from '../resources';
import { endpointOf } from '../tasks/endpoint';
import type { ImageSource, CreateRequest } from '../tasks/createRequest';
import { isRecord } from '../tasks/task';
import { canReach } from '../http/hosts';
import { parseJson } from '../http/json';
import { ValidationError } from '../validationError';
import { choice, describe, isLeftOut, textWithin, webUrl, wholeNumber } from './check';

/** The limits of the API: docs page of happy-horse-1, July 2026. */
const PROMPT_MAX_CHARACTERS = 2500;
const DURATION_SECONDS = { min: 3, max: 15, unit: 'seconds' };
const SEED = { min: 0, max: 2147483647 };

/** Our own limit: metadata has to fit into a callback URL. */
const METADATA_MAX_BYTES = 1024;

export const RESOLUTIONS = ['1080P', '720P'] as const;

/** What the fields of a create operation hold for one item, exactly as the expressions gave it. */
export interface VideoParameters {
	model: unknown;
	imageSource: unknown;
	imageUrl: unknown;
	binaryPropertyName: unknown;
	prompt: unknown;
	resolution: unknown;
	duration: unknown;
	seed: unknown;
	metadata: unknown;
}

/**
 * Checks all fields of a create request, without opening the image.
 *
 * @param providerHost host name of the API, which has to be able to open the image URL.
 * @throws ValidationError that names the field.
 */
export function createRequest(parameters: VideoParameters, providerHost: string): CreateRequest {
	const { prompt, seed } = parameters;
	return {
		endpoint: endpointOf('image-to-video', choice(parameters.model, 'Model', MODELS)),
		image: imageSource(parameters, providerHost),
		fields: {
			...(isLeftOut(prompt) ? {} : { prompt: textWithin(prompt, 'Prompt', PROMPT_MAX_CHARACTERS) }),
			resolution: choice(parameters.resolution, 'Resolution', RESOLUTIONS),
			duration: wholeNumber(parameters.duration, 'Duration', DURATION_SECONDS),
			...(isLeftOut(seed) ? {} : { seed: wholeNumber(seed, 'Seed', SEED) }),
		},
		metadata: metadata(parameters.metadata),
	};
}

function imageSource(parameters: VideoParameters, providerHost: string): ImageSource {
	const source = choice(parameters.imageSource, 'Image Source', ['binary', 'url']);
	if (source === 'url') return { url: imageUrl(parameters.imageUrl, providerHost) };
	const property = textWithin(parameters.binaryPropertyName, 'Input Data Field Name', 200).trim();
	if (property === '') {
		throw new ValidationError(
			"'Input Data Field Name' is empty",
			'Enter the name of the field that holds the image, usually data.',
		);
	}
	return { binaryProperty: property };
}

function imageUrl(value: unknown, providerHost: string): string {
	if (typeof value === 'string' && /^\s*data:/i.test(value)) {
		throw new ValidationError(
			"'Image URL' holds the image itself, but the API takes a URL only",
			"Set 'Image Source' to 'Binary File', and hand the image over as a file.",
		);
	}
	const { url, hostname } = webUrl(value, 'Image URL');
	if (!canReach({ from: providerHost, to: hostname })) {
		throw new ValidationError(
			`'Image URL' is on ${hostname}, which cannot be opened from the internet`,
			"Use a public URL, or set 'Image Source' to 'Binary File' to upload the image.",
		);
	}
	return url;
}

function metadata(value: unknown): IDataObject | undefined {
	if (isLeftOut(value)) return undefined;
	const object = typeof value === 'string' ? parse(value) : value;
	if (!isRecord(object)) {
		throw new ValidationError(
			`'Metadata' must be a JSON object, but it is ${describe(value)}`,
			'Enter names and values in braces, e.g. { "row": 7 }.',
		);
	}
	const bytes = Buffer.byteLength(JSON.stringify(object));
	if (bytes > METADATA_MAX_BYTES) {
		throw new ValidationError(
			`'Metadata' may have at most ${METADATA_MAX_BYTES} bytes as JSON, but it has ${bytes}`,
			'Keep only what you need to find your record again, such as its ID.',
		);
	}
	return Object.keys(object).length === 0 ? undefined : object;
}

function parse(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}
