import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { canReach } from '../http/localHosts';
import type { FileSource } from '../media/files';
import type { MediaLimits } from '../media/itemFile';
import { isBinaryObject } from '../media/itemFile';
import { ValidationError } from '../validationError';
import { choiceField } from './types/choice';
import type { Field } from './types/field';
import { readField, valueOf } from './types/field';
import { namesOf, urlsOf } from './types/severalEntries';
import { fieldName } from './types/text';
import { webUrl } from './types/url';
import { isLeftOut } from './types/valueInWords';

/** Files of one kind that a request needs, or may have. */
export interface Medium {
	/** Its name at the API. */
	apiName: string;
	noun: 'image' | 'video';
	limits: MediaLimits;
	count: { min: number; max: number };
	source: Field<string>;
	/** Where users enter URLs, and where they enter names of fields with files. */
	urls: MediaField;
	fileNames: MediaField;
	/** How a prompt names one of the files: `character` for `character1`. */
	mention?: { prefix: string; isExpected: boolean };
	/** What the API takes in the place of the files. */
	toRequest(urls: readonly string[]): unknown;
}

export interface MediaField {
	name: string;
	label: string;
	property: INodeProperties;
}

const NONE = { name: 'None', value: 'none' };

export function sourceField(spec: {
	name: string;
	label: string;
	noun: string;
	isOptional?: boolean;
}): Field<string> {
	const { name, label, noun, isOptional = false } = spec;
	return choiceField({
		name,
		label,
		default: isOptional ? 'none' : 'url',
		description: `Where the ${noun} comes from`,
		choices: [
			{
				name: 'Binary File',
				value: 'binary',
				description: 'A file from a previous node, uploaded for you',
			},
			...(isOptional ? [NONE] : []),
			{ name: 'URL', value: 'url', description: 'A public link to a file' },
		],
	});
}

/** What users see of a medium, in order. */
export function propertiesOf({ source, urls, fileNames }: Medium): INodeProperties[] {
	const shownAs = (value: string, { property }: MediaField): INodeProperties => ({
		...property,
		displayOptions: { show: { [source.name]: [value] } },
	});
	return [...source.properties, shownAs('url', urls), shownAs('binary', fileNames)];
}

/**
 * The files that an item has for a medium, in the order in which the user gives them. They are not opened.
 *
 * @param providerHost host name of the API, which has to be able to open each URL.
 * @throws ValidationError
 */
export function readMedium(
	context: IExecuteFunctions,
	medium: Medium,
	{ item, providerHost }: { item: number; providerHost: string },
): FileSource[] {
	const source = readField(context, medium.source, item);
	if (source === 'none') return [];
	const isUrl = source === 'url';
	const field = isUrl ? medium.urls : medium.fileNames;
	const value = valueOf(context, field.name, item);
	const entries = entriesOf(value, { medium, isUrl });
	if (entries.length === 0) {
		// One item may have no images where another has some, but an expression that gives nothing is a mistake.
		if (medium.count.min === 0 && value !== undefined) return [];
		throw new ValidationError(`'${field.label}' is empty`, `Enter ${amount(medium)}.`);
	}
	if (entries.length > medium.count.max) {
		throw new ValidationError(
			`'${field.label}' may have at most ${medium.count.max} ${medium.noun}s, but it has ${entries.length}`,
			`Enter ${amount(medium)}.`,
		);
	}
	return entries.map((entry, index) =>
		isUrl
			? fromUrl(entry, { medium, title: titleOf(medium, index), providerHost })
			: { property: fieldName(entry, { label: field.label, emptyHint: emptyHint(medium) }) },
	);
}

/** @throws ValidationError for an empty entry before another one: the prompt would name the wrong files. */
function entriesOf(
	value: unknown,
	{ medium, isUrl }: { medium: Medium; isUrl: boolean },
): unknown[] {
	if (medium.count.max === 1) return [value];
	const entries = isUrl ? urlsOf(value) : namesOf(value);
	const empty = entries.findIndex(isLeftOut);
	if (empty === -1) return entries;
	throw new ValidationError(
		`${titleOf(medium, empty, isUrl ? medium.urls : medium.fileNames)} is empty`,
		`The prompt names each ${medium.noun} by its place in the list. Fill the empty place, or take it out of the list and change the numbers in the prompt.`,
	);
}

/** How messages name one of the files: `'Image URL'`, or `Image 2 of 'Image URLs'`. */
export function titleOf({ noun, urls, count }: Medium, index: number, field = urls): string {
	if (count.max === 1) return `'${field.label}'`;
	return `${noun[0]?.toUpperCase()}${noun.slice(1)} ${index + 1} of '${field.label}'`;
}

const amount = ({ count, noun }: Medium) => `${Math.max(1, count.min)} to ${count.max} ${noun}s`;

const emptyHint = ({ noun }: Medium) =>
	`Enter the name of the field that holds the ${noun}, usually data.`;

interface UrlEntry {
	medium: Medium;
	title: string;
	providerHost: string;
}

/** Also an object with a URL, or a file that was dropped into the field. */
function fromUrl(entry: unknown, { medium, title, providerHost }: UrlEntry): FileSource {
	const value = hasUrl(entry) ? entry.url : entry;
	// Assets of a CMS have a URL and a MIME type; files of n8n have no URL.
	if (isBinaryObject(entry) && typeof value !== 'string') return { binary: entry };
	const { noun, source } = medium;
	if (typeof value === 'string' && /^\s*data:/i.test(value)) {
		throw new ValidationError(
			`${title} holds the ${noun} itself, but the API takes a URL only`,
			`Set '${source.label}' to 'Binary File', and hand the ${noun} over as a file.`,
		);
	}
	const { url, hostname } = webUrl(value, title);
	if (!canReach({ from: providerHost, to: hostname })) {
		throw new ValidationError(
			`${title} is on ${hostname}, which cannot be opened from the internet`,
			`Use a public URL, or set '${source.label}' to 'Binary File' to upload the ${noun}.`,
		);
	}
	return { url };
}

function hasUrl(entry: unknown): entry is { url: unknown } {
	return entry instanceof Object && 'url' in entry;
}
