import { createHmac } from 'crypto';

import type { IDataObject } from 'n8n-workflow';

import { parseJson } from '../http/json';
import { sameText } from '../signature/sameText';
import type { Endpoint } from '../tasks/endpoint';
import { isEndpoint } from '../tasks/endpoint';
import { isRecord } from '../tasks/task';

/*
 * A webhook names neither the endpoint nor any field of the request. What the trigger needs to know is in the
 * query of the callback URL. It is signed, since anyone who learns the URL could change it.
 */

export interface SignedQuery {
	endpoint: Endpoint;
	metadata?: IDataObject | undefined;
}

const NOTE = 'happy_horse_note';

const SIGNATURE = 'happy_horse_mark';

function signatureOf(note: string, key: Buffer): string {
	return createHmac('sha256', key).update(note).digest('base64url');
}

/** Adds a signed note to a callback URL. `key` is the provider's `signingKey`. */
export function addSignedQuery(callbackUrl: string, note: SignedQuery, key: Buffer): string {
	const text = Buffer.from(JSON.stringify(note)).toString('base64url');
	const url = new URL(callbackUrl);
	url.searchParams.set(NOTE, text);
	url.searchParams.set(SIGNATURE, signatureOf(text, key));
	return url.href;
}

/** The same URL as a user knows it. */
export function withoutSignedQuery(callbackUrl: string): string {
	const url = new URL(callbackUrl);
	if (!url.searchParams.has(NOTE)) return callbackUrl;
	url.searchParams.delete(NOTE);
	url.searchParams.delete(SIGNATURE);
	return url.href;
}

/** The note in a webhook's query: `undefined` when there is none, `null` when it was changed or cut off. */
export function readSignedQuery(
	query: Record<string, unknown>,
	key: Buffer,
): SignedQuery | null | undefined {
	const { [NOTE]: note, [SIGNATURE]: signature } = query;
	if (note === undefined && signature === undefined) return undefined;
	if (typeof note !== 'string' || typeof signature !== 'string') return null;
	if (!sameText(signature, signatureOf(note, key))) return null;
	const read = parseJson(Buffer.from(note, 'base64url').toString());
	if (!isRecord(read) || !isEndpoint(read.endpoint)) return null;
	return { endpoint: read.endpoint, metadata: isRecord(read.metadata) ? read.metadata : undefined };
}
