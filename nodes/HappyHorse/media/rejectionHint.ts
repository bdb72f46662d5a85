import type { Cause } from './verdict';

const SHARE_PAGES =
	'Share pages of Google Drive, Dropbox or OneDrive are web pages: use a direct download link, or fetch the file with the node of that service';

const HINTS: Record<Cause, (source: string) => string> = {
	'web page': (source) => `${SHARE_PAGES} and set '${source}' to 'Binary File'.`,
	'nothing there': () =>
		'Check that the link is complete, and that it opens in a private browser window, where you are not signed in.',
	empty: () => 'Upload the file again, or use another one.',
};

/**
 * What to do about a file on the web that the API would reject, and how to send it all the same.
 *
 * @param source label of the field that says where such files come from.
 */
export function rejectionHint(
	cause: Cause | undefined,
	{ kind, source }: { kind: 'image' | 'video'; source: string },
): string {
	const other = `Use another file, or change it first${kind === 'image' ? ', such as with the Edit Image node' : ''}.`;
	const hint = cause === undefined ? other : HINTS[cause](source);
	return `${hint} If you are sure that it is fine, switch off 'Check Files' in the options. Nothing was created or charged.`;
}

/** The same about a file of the item. */
export function itemFileHint(cause: Cause | undefined): string {
	const hint =
		cause === 'web page'
			? `The node before has fetched a page instead of the file. ${SHARE_PAGES}.`
			: 'Use another file, or change it first, such as with the Edit Image node.';
	return `${hint} Nothing was created or charged.`;
}
