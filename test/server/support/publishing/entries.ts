import { BASE, TABLE } from '../outside/airtable';
import { SHOP } from '../outside/shopify';
import type { Entries } from '../examples/example';
import { readExample } from '../examples/example';

/** A document of Google Sheets. */
export const DOCUMENT = '1pUbLiShInG0123456789abcdefghijklmnopqrstuvwx';

export const MAIL = 'marketing@happy-horse.example';

const inDocument = { documentId: { __rl: true, mode: 'id', value: DOCUMENT } };

const inTable = {
	base: { __rl: true, mode: 'id', value: BASE },
	table: { __rl: true, mode: 'id', value: TABLE },
};

/** What the notes of the examples that publish tell the user to enter. */
export const PUBLISHING_ENTRIES: Record<string, Entries> = {
	'sheet-to-blotato.json': {
		'Rows to do': inDocument,
		'Mark as posting': inDocument,
		'Finish the row': inDocument,
		'Try again next time': inDocument,
		'Write what happened': inDocument,
	},
	'form-to-upload-post.json': {
		'Send it to Upload-Post': {
			bodyParameters: withValue(
				'form-to-upload-post.json',
				'Send it to Upload-Post',
				'user',
				'my-brand',
			),
		},
		'Send me an e-mail': { sendTo: MAIL },
	},
	'airtable-attachment.json': {
		'Records to do': inTable,
		'Attach the video': inTable,
		'Look at the record': inTable,
		'Finish the record': inTable,
		'Try again next time': inTable,
		'Write what happened': inTable,
	},
	'shopify-product-video.json': {
		'Your shop': { assignments: withShop('shopify-product-video.json', 'Your shop') },
	},
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

/** The fields of a body in an example, one of them filled in. */
function withValue(file: string, node: string, field: string, value: string) {
	const { parameters } = readExample(file).nodes.find(({ name }) => name === node)!;
	const body = parameters.bodyParameters as { parameters: Array<{ name: string }> };
	return {
		parameters: body.parameters.map((each) => (each.name === field ? { ...each, value } : each)),
	};
}

/** The one assignment of a Set node, filled in with the name of the shop. */
function withShop(file: string, node: string) {
	const { parameters } = readExample(file).nodes.find(({ name }) => name === node)!;
	const { assignments } = parameters.assignments as { assignments: object[] };
	return { assignments: assignments.map((each) => ({ ...each, value: SHOP.shopSubdomain })) };
}
