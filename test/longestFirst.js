const Sequencer = require('@jest/test-sequencer').default;

/**
 * What takes longest. Every second one mostly waits, since the first five start together: five that wait leave the processor idle,
 * five that start n8n again and again leave it none. Nothing is left to do meanwhile when a long one starts last.
 */
const LONGEST = [
	'server/timeOut',
	'server/resources/videos',
	'server/faults',
	'server/killed',
	'server/triggerUnsigned',
	'server/paidOnce/retries',
	'server/triggerCases',
	'server/publicLink',
	'server/settling/unfinished',
	'server/settling/stopped',
	'server/examples',
	'server/settling/early',
	'server/paidOnce/killSteps',
	'server/responses',
	'server/settling/outages',
	'server/agent',
	'server/publishing/approvalBeforePosting',
	'engine/paidOnce',
	'engine/retryExecution',
	'engine/waiting',
	'engine/onError',
];

/** Where in the list it is; after all of them when it is not in it. */
const rank = ({ path }) => {
	const index = LONGEST.findIndex((name) => path.replaceAll('\\', '/').endsWith(`${name}.test.ts`));
	return index === -1 ? LONGEST.length : index;
};

/** Jest knows how long files took only where they have run before: a fresh clone begins with the largest. */
module.exports = class LongestFirst extends Sequencer {
	sort(tests) {
		return super.sort(tests).sort((a, b) => rank(a) - rank(b));
	}
};
