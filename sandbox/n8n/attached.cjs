// Ends n8n when the process that started it has ended, in any way: a test run that is interrupted must leave no n8n
// behind. Loaded into n8n by `node --require`, before n8n itself; n8n does not read its standard input.
const { rmSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

/** A folder that is of no use after this n8n. */
const folder = process.env.HAPPY_HORSE_THROW_AWAY;

function end() {
	try {
		if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
	} catch {
		// The next process that wants a temporary folder removes it.
	}
	try {
		// The whole group: n8n's task runner as well.
		process.kill(-process.pid, 'SIGKILL');
	} catch {
		process.exit(1);
	}
}

// Threads and what n8n starts have no such standard input.
if (isMainThread) process.stdin.on('end', end).on('error', end).resume().unref();
