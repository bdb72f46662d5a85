import * as workflow from 'n8n-workflow';

/**
 * True when an item goes to the error output with `details` beside `error` and `message` (2.36 and newer, 2.35.5).
 * n8n does not tell, so this looks for an export that came with the same version. 2.35.5 counts as older and only loses
 * the details.
 */
export function errorOutputTakesDetails(exported: object = workflow): boolean {
	return 'redactedHeaders' in exported;
}

/** True when this n8n can make a link that opens a file without signing in (seen in 1.123.81 and 2.41.1). */
export function supportsBinarySignedUrls(helpers: object): boolean {
	return 'createBinarySignedUrl' in helpers;
}
