import { createHash } from 'crypto';

import type { IDataObject } from 'n8n-workflow';

/*
 * When two paid requests are the same. A retry evaluates expressions again, and one that reads the clock or a random number
 * gives another value each time: such a part of a field counts by its text.
 */

const HASH_LENGTH = 32;

/** A hash of 128 bits over any JSON value. The order of names does not matter; what is undefined is left out. */
export function hashOf(value: unknown): string {
	return createHash('sha256').update(canonical(value)).digest('hex').slice(0, HASH_LENGTH);
}

function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
	if ('toJSON' in value && typeof value.toJSON === 'function') return JSON.stringify(value);
	const object = value as Record<string, unknown>;
	const names = Object.keys(object)
		.filter((name) => object[name] !== undefined)
		.sort();
	return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(object[name])}`).join(',')}}`;
}

/** Parts of n8n's expressions that give, or may give, another value at each evaluation. */
const VOLATILE = new RegExp(
	'\\$(now|today|execution|parameter|evaluateExpression)\\b' +
		'|\\bDate\\s*(\\(\\s*\\)|\\.\\s*now\\b)|\\bDateTime\\s*\\.\\s*(now|local|utc)\\b' +
		'|\\bMath\\s*\\.\\s*random\\b|\\bcrypto\\s*\\.|\\bperformance\\s*\\.' +
		'|\\.\\s*(randomItem|shuffle|diffToNow|diffNow|toRelative|toRelativeCalendar|isInLast)\\s*\\(',
);

/** What an expression can read of the item, or of other nodes. */
const READS_DATA =
	/\$(json|input|binary|node|items|item|data|prevNode|fromAI|parameter|evaluateExpression)\b|\$\(/;

/** A longer expression is not searched: it counts as one that reads the clock. */
const LONGEST_PART = 10_000;

const TEXT_IN_QUOTES = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;

/** The parts of a field: each `{{ … }}` with what is in it, and the text between. */
function partsOf(raw: unknown): string[] {
	if (typeof raw !== 'string' || !raw.startsWith('=')) return [];
	const parts: string[] = [];
	let at = 1;
	while (at < raw.length) {
		const open = raw.indexOf('{{', at);
		const close = open === -1 ? -1 : raw.indexOf('}}', open);
		if (close === -1) return [...parts, raw.slice(at)];
		parts.push(raw.slice(at, open), raw.slice(open, close + 2));
		at = close + 2;
	}
	return parts.filter((part) => part !== '');
}

/** True for a part that may give another value next time. Quoted text does not count. */
export function isVolatile(part: string): boolean {
	if (part.length > LONGEST_PART) return true;
	return part.startsWith('{{') && VOLATILE.test(part.replace(TEXT_IN_QUOTES, ''));
}

/** A field's value as it counts for the identity of the request. */
interface FieldIdentity {
	identity: unknown;
	/** True when the input item has to be part of the identity, since the value cannot. */
	byItem: boolean;
}

/**
 * A field counts by its value. If its expression reads the clock or a random number, that part counts by its text and the
 * others by their value.
 *
 * @param evaluate gives the value of one `{{ … }}` for the item.
 */
function fieldIdentity(
	value: unknown,
	{ raw, evaluate }: { raw: unknown; evaluate: (part: string) => unknown },
): FieldIdentity {
	const parts = partsOf(raw);
	if (!parts.some(isVolatile)) return { identity: { value }, byItem: false };
	const identity = parts.map((part) => {
		if (isVolatile(part)) return { expression: part };
		return part.startsWith('{{') ? valueOf(part, evaluate) : part;
	});
	// The text of a part that mixes the clock with the item's fields does not show the values of these fields.
	return { identity, byItem: parts.some((part) => isVolatile(part) && READS_DATA.test(part)) };
}

function valueOf(part: string, evaluate: (part: string) => unknown): unknown {
	try {
		return { value: evaluate(part) };
	} catch {
		return { expression: part };
	}
}

// Parameters of signed URLs that change each time one is made: AWS, Google Cloud, CloudFront, Azure.
const SIGNING =
	/^(x-amz-(algorithm|credential|date|expires|security-token|signature|signedheaders)|x-goog-(algorithm|credential|date|expires|signature|signedheaders)|awsaccesskeyid|googleaccessid|key-pair-id|policy|signature|expires)$/i;

/** The provider signs the URLs of its videos and uploads so, as Akamai does: `token=exp=1790000000~hmac=…`. */
const EDGE_TOKEN = /\bexp=\d+\b.*\bhmac=/i;

const AZURE = /^(se|st|sig|sp|spr|sr|sv|skoid|sktid|skt|ske|sks|skv)$/i;

/** The URL without its signature and expiry, which differ for the same file. */
export function fileIdentityOf(url: string): string {
	const parsed = new URL(url);
	const names = [...parsed.searchParams.keys()];
	const isSigned = names.some((name) =>
		/^(x-amz-signature|x-goog-signature|signature)$/i.test(name),
	);
	const isAzure = names.includes('sig') && names.includes('se');
	const isToken = (name: string) => EDGE_TOKEN.test(parsed.searchParams.get(name) ?? '');
	const dropped = names.filter(
		(name) => (isSigned && SIGNING.test(name)) || (isAzure && AZURE.test(name)) || isToken(name),
	);
	if (dropped.length === 0) return url;
	for (const name of dropped) parsed.searchParams.delete(name);
	return parsed.href;
}

/** The parts of a checked request that decide which video is made. */
export interface RequestFacts {
	/** Such as `image-to-video/happy-horse-1`: the same prompt at two endpoints makes two videos. */
	endpoint: string;
	/** The fields as they will be sent, with a file's identity in the place of its URL. */
	fields: IDataObject;
	/** The node's own values of these fields, expressions unevaluated. */
	raw: Record<string, unknown>;
	/** Gives the value of one `{{ … }}` for the item. */
	evaluate: (part: string) => unknown;
	/** The item's fields as n8n stored them. */
	json: IDataObject;
	/** Hashes of the files of the item that the request names. */
	files: string[];
}

export interface RequestIdentity {
	/** Equal for equal requests. */
	request: string;
	/** Depends on the node and the item only, not on what expressions give. */
	item: string;
}

export function identityOf(facts: RequestFacts): RequestIdentity {
	const { endpoint, fields, raw, evaluate, json, files } = facts;
	const known = Object.entries(fields)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => ({ name, ...fieldIdentity(value, { raw: raw[name], evaluate }) }));
	const byItem = known.some((field) => field.byItem);
	return {
		request: hashOf({
			endpoint,
			fields: Object.fromEntries(known.map(({ name, identity }) => [name, identity])),
			...(byItem ? { item: json } : {}),
		}),
		item: hashOf({ raw, json, files }),
	};
}
