import { N8N_VERSION } from '../sandbox/n8n/install';

const isSince = (major: number, minor: number): boolean => {
	const [ownMajor = 0, ownMinor = 0] = N8N_VERSION.split('.').map(Number);
	return ownMajor > major || (ownMajor === major && ownMinor >= minor);
};

/**
 * In what the n8n under test differs from 1.123.81, the oldest one: each fact was seen to be false there and true on 2.41.1.
 * Between the two only the facts that test/versions looks at were seen on each version.
 */
export const n8nFacts = {
	/** `WorkflowExecute.run()` takes one object; before, five arguments. */
	runTakesObject: isSince(2, 0),
	/** n8n-core hands out the examples of output; before, only n8n's server does. */
	coreLoadsOutputSchemas: isSince(2, 0),
	/** An execution has a token that any request to continue it must hold, and that its retries share. */
	hasResumeToken: isSince(2, 14),
	/**
	 * How often a retry of a crashed execution creates what the execution had created: where nothing ties the two
	 * together, each retry creates the whole batch.
	 */
	createsAgainAfterCrash: isSince(2, 14) ? 0 : 1,
	/** In queue mode an execution ends with its worker; before, another worker begins it again, with the same ID. */
	endsWithItsWorker: isSince(2, 0),
	/** In queue mode one process alone continues a waiting execution; before, two may at the same moment. */
	continuesInOneProcess: isSince(2, 0),
	/** A workflow gets what a sub-workflow that was suspended has made; before, what it had handed over itself. */
	getsItemsOfSuspended: isSince(2, 0),
	/** A workflow has to be published to be the error workflow of others; before, it cannot be. */
	publishesErrorWorkflows: isSince(2, 0),
	/** Files are kept outside of the execution's data; before, inside of it, in base64. */
	keepsFilesOutside: isSince(2, 0),
	/** What makes n8n keep them outside. */
	filesOutside: (isSince(2, 0) ? {} : { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' }) as Record<
		string,
		string
	>,
	/** What had come of a file that broke off is removed at once; before, together with the execution. */
	removesBrokenFiles: isSince(2, 0),
	/** A file says how many bytes it has; before, only in words. */
	countsBytesOfFiles: isSince(2, 0),
	/** A node can learn where a name leads to; before, a public name may lead inside. */
	looksUpNames: isSince(2, 12),
	/** An item goes to the error output with its details; before, with `error` and `message` alone. */
	errorOutputTakesDetails: isSince(2, 36),
	/** The public URL is in N8N_WEBHOOK_URL; before, only in WEBHOOK_URL. */
	webhookUrlVariable: isSince(2, 0) ? 'N8N_WEBHOOK_URL' : 'WEBHOOK_URL',
	/** JSON may begin with a byte order mark; before, n8n rejects it by itself. */
	parsesByteOrderMark: isSince(2, 0),
	/** A workflow in which a required field is empty starts, and ends at that node; before, it does not start. */
	startsUnfinishedWorkflows: isSince(2, 0),
	/** Pinned data is forgotten when an execution is continued; before, it is used. */
	forgetsPinDataOnResume: isSince(2, 0),
	/** A credential may be saved without what it has to have. */
	savesUnfinishedCredentials: isSince(2, 0),
	/** The node panel says of a found node what it does; before, its name alone. */
	describesFoundNodes: isSince(2, 0),
	/** The editor saves by itself; before, a new workflow has no ID until a user saves it. */
	savesByItself: isSince(2, 0),
	/** Telegram says why a message that waits for an approval was not sent; before, it hands on the item as if there was no response. */
	saysWhyNotSent: isSince(2, 0),
	/** The test of a credential shows our words for what the API responds; before, n8n's own. */
	showsOurWordsInCredentialTest: isSince(2, 0),
};

/** What an item on the error output holds in `details`: nothing where n8n has no room for them. */
export function errorOutputDetails<T>(details: T): T | undefined {
	return n8nFacts.errorOutputTakesDetails ? details : undefined;
}

/** In what a version differs so that a check of test/versions expects something else there, and why, in words for users. */
export const DIFFERENCES = {
	paysAgainAfterCrash: {
		isMet: n8nFacts.createsAgainAfterCrash > 0,
		reason:
			'Before n8n 2.14 nothing connects an execution that crashed with its *Retry*, which pays for the whole batch again. Items with an *Idempotency Key* are not paid again.',
	},
	leavesDetailsOut: {
		isMet: !n8nFacts.errorOutputTakesDetails,
		reason:
			'Before n8n 2.36 an item has room for `error` and `message` alone in the error output. `details` is left out; the text names the task.',
	},
} as const;

export type DifferenceName = keyof typeof DIFFERENCES;
