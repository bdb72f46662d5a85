import { createHmac, timingSafeEqual } from 'crypto';

import type { IDataObject } from 'n8n-workflow';

import { parseJson } from '../http/json';
import type { Model } from '../tasks/model';
import { MODELS } from '../tasks/model';
import { isRecord } from '../tasks/task';

/*
 * A callback names neither the model nor anything of the request. What the trigger needs to know travels in
 * the query of the callback address, signed, since anybody who learns the address could change it.
 */

export interface SignedQuery {
	model: Model;
	metadata?: IDataObject | undefined;
}

const NOTE = 'happy_horse_note';

const MARK = 'happy_horse_mark';

function markOf(note: string, key: Buffer): string {
	return createHmac('sha256', key).update(note).digest('base64url');
}

/** Adds a signed note to a callback address. `key` is the provider's `signingKey`. */
export function addSignedQuery(address: string, note: SignedQuery, key: Buffer): string {
	const text = Buffer.from(JSON.stringify(note)).toString('base64url');
	const url = new URL(address);
	url.searchParams.set(NOTE, text);
	url.searchParams.set(MARK, markOf(text, key));
	return url.href;
}

/** The note of a callback's query: `undefined` when there is none, `null` when it was changed or cut off. */
export function readSignedQuery(
	query: Record<string, unknown>,
	key: Buffer,
): SignedQuery | null | undefined {
	const { [NOTE]: note, [MARK]: mark } = query;
	if (note === undefined && mark === undefined) return undefined;
	if (typeof note !== 'string' || typeof mark !== 'string') return null;
	const given = Buffer.from(mark);
	const expected = Buffer.from(markOf(note, key));
	if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
	return parse(Buffer.from(note, 'base64url').toString());
}

function parse(text: string): SignedQuery | null {
	try {
		const { model, metadata } = parseJson(text) as IDataObject;
		const known = MODELS.find((candidate) => candidate === model);
		if (known === undefined) return null;
		return { model: known, metadata: isRecord(metadata) ? metadata : undefined };
	} catch {
		return null;
	}
}
