/* Responses that repeat the API key: the key itself is known only when a run begins. */

/** Stands for the API key. */
export const KEY = '<the key>';

/** Stands for the API key as JSON may also write it. */
export const ESCAPED_KEY = '<the key, escaped>';

const escaped = (text: string) =>
	[...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

/** A body with the key in it. */
export const withKey = (body: string, key: string): string =>
	body.replaceAll(KEY, key).replaceAll(ESCAPED_KEY, escaped(key));
