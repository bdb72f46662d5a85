const Sequencer = require('@jest/test-sequencer').default;

/** What takes longest, mostly by waiting: nothing else is left to do meanwhile when it starts last. */
const LONGEST = [
	'server/faults',
	'server/settling/early',
	'server/timeOut',
	'server/paidOnce/retries',
	'server/triggerUnsigned',
	'server/examples',
	'server/killed',
	'server/settling/stopped',
	'server/responses',
	'server/agent',
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
