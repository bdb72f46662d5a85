import { timingSafeEqual } from 'crypto';

/** Compares a text with a secret one. The time that it takes does not tell how much of it is right. */
export function sameText(candidate: string, expected: string): boolean {
	const [given, wanted] = [Buffer.from(candidate), Buffer.from(expected)];
	return given.length === wanted.length && timingSafeEqual(given, wanted);
}
