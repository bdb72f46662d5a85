import { createHmac } from 'crypto';

import { sameText } from './sameText';

/** In both directions: a timestamp in the future is as suspicious as an old one. */
const TOLERANCE_SECONDS = 300;

const LONGEST_ID = 256;

const LONGEST_SIGNATURE = 4096;

/** A message as it came in: headers as Node.js gives them, body as bytes. */
export interface SignedMessage {
	headers: Record<string, unknown>;
	rawBody: Buffer;
}

/**
 * Why a message is not authentic, in a few words without any secret; `null` when it is.
 *
 * The signature covers `<id>.<timestamp>.<body>` with HMAC-SHA256; several may be given, one for each version
 * of the secret, and any may match (docs page Webhooks of the provider). Fails closed and never throws.
 *
 * @param keys from `secretKeys`
 */
export function signatureFault(
	{ headers, rawBody }: SignedMessage,
	{ keys, nowMs }: { keys: readonly Buffer[]; nowMs: number },
): string | null {
	const id = headers['webhook-id'];
	const timestamp = headers['webhook-timestamp'];
	const signature = headers['webhook-signature'];
	if (!isText(id) || !isText(timestamp) || !isText(signature))
		return 'a signature header is missing';
	if (id.length > LONGEST_ID || !/^[\x21-\x7e]+$/.test(id)) return 'webhook-id is malformed';
	if (!/^[0-9]{1,13}$/.test(timestamp)) return 'webhook-timestamp is malformed';
	// 13 digits can only be milliseconds; anything shorter is seconds, even if far from now.
	const seconds = timestamp.length === 13 ? Number(timestamp) / 1000 : Number(timestamp);
	if (!(Math.abs(nowMs / 1000 - seconds) <= TOLERANCE_SECONDS)) {
		return 'webhook-timestamp is too far from now';
	}
	const given = givenSignatures(signature);
	if (given === null) return 'webhook-signature is malformed';
	if (keys.length === 0) return 'no usable webhook secret is configured';
	const matches = keys
		.map((key) => expectedSignature(key, { id, timestamp, rawBody }))
		.some((expected) => given.some((candidate) => sameText(candidate, expected)));
	return matches ? null : 'the signature does not match';
}

function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}

/** The signatures to compare; `null` when the header breaks its own rules, as a joined double header does. */
function givenSignatures(header: string): string[] | null {
	if (header.length > LONGEST_SIGNATURE) return null;
	const entries = header
		.split(' ')
		.filter((entry) => entry !== '')
		.map((entry) => entry.split(','));
	const sound = entries.every((fields) => fields.length === 2 && !fields.includes(''));
	if (entries.length === 0 || !sound) return null;
	return entries.flatMap(([version = '', value = '']) =>
		// The number is the version of the secret, so each counts; other schemes such as v1a are not ours.
		/^v[1-9][0-9]*$/.test(version) ? [value] : [],
	);
}

function expectedSignature(
	key: Buffer,
	{ id, timestamp, rawBody }: { id: string; timestamp: string; rawBody: Buffer },
): string {
	return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest('base64');
}
