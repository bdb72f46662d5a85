import type { Entries } from './example';

const DOCUMENT = '1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcdEFGH';
const inDocument = { documentId: { __rl: true, mode: 'id', value: DOCUMENT } };

/** The document that the rows of these examples are in. */
export const POSTING_DOCUMENT = DOCUMENT;

/** What the notes of the examples that post videos tell users to enter. */
export const POSTING_ENTRIES: Record<string, Entries> = {
	'youtube-short.json': {
		'Rows to do': inDocument,
		'Mark as started': inDocument,
		'Finish the row': inDocument,
		'Write why not uploaded': inDocument,
		'Write what happened': inDocument,
	},
	'approval-before-posting.json': {
		'Rows to do': inDocument,
		'Mark as in review': inDocument,
		'Request approval': { chatId: '4711' },
		'Post to the channel': { chatId: '@happy_horses' },
		'Finish the row': inDocument,
		'Write why not posted': inDocument,
		'Write the decision': inDocument,
		'Write what happened': inDocument,
	},
	// Its notes only tell users to choose accounts.
	'mcp-video-server.json': {},
	'instagram-reel.json': {
		'Your account': {
			assignments: {
				assignments: [
					{ id: 'account', name: 'instagramUserId', value: '17841400008460056', type: 'string' },
				],
			},
		},
		'Rows to do': inDocument,
		'Mark as started': inDocument,
		'Finish the row': inDocument,
		'Write why not posted': inDocument,
		'Write what happened': inDocument,
	},
};
