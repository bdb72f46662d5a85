import type { Entries } from '../examples/example';

/** A document of Google Sheets. */
export const DOCUMENT = '1pUbLiShInG0123456789abcdefghijklmnopqrstuvwx';

const inDocument = { documentId: { __rl: true, mode: 'id', value: DOCUMENT } };

/** What the notes of the examples that publish tell the user to enter. */
export const PUBLISHING_ENTRIES: Record<string, Entries> = {
	'sheet-to-blotato.json': {
		'Rows to do': inDocument,
		'Mark as posting': inDocument,
		'Finish the row': inDocument,
		'Try again next time': inDocument,
		'Write what happened': inDocument,
	},
};
