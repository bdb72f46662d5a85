import { readFileSync } from 'node:fs';
import path from 'node:path';

import { pageOf, RESULTS, resultsIn } from '../../soak/page';
import type { SoakResult } from '../../soak/soak';

const PAGE = path.resolve(__dirname, '../../../docs/soak.md');

const result: SoakResult = {
	name: 'queue',
	seed: 7,
	minutes: 120,
	minutesInAll: 130,
	at: '2026-11-26T20:00:00.000Z',
	executions: 40,
	counts: {
		executions: 30,
		endings: { success: 28, crashed: 2 },
		retries: 1,
		restarts: 2,
		hung: [],
	},
	troubles: [],
	accounts: {
		items: 100,
		created: 100,
		notCreated: [],
		paidTwice: [{ name: 'a', tasks: 2 }],
		cameOut: 95,
		cameOutAgain: [],
		recoveredByWait: 3,
		lost: [
			{ taskId: '1', name: 'b' },
			{ taskId: '2', name: 'c' },
		],
		misplaced: [],
		unknown: [],
	},
	causes: { doubt: 2, trigger: 3 },
	posts: { all: 110, accepted: 101, answered429: 4, answered503: 5 },
	marks: { lost: 5, doubled: 6, late: 7 },
	bursts: 9,
	outages: ['stop', 'kill', 'kill'],
	samples: [],
};

it('docs/soak.md shows what came of the soak, and nothing else', () => {
	expect(readFileSync(PAGE, 'utf8')).toBe(pageOf(resultsIn(RESULTS)));
});

it('says that there is no result, where there is none', () => {
	expect(pageOf([])).toMatch(/No run of an hour or more/);
});

it.each([
	'| **Items paid for twice** | **1** |',
	'| **Videos lost** | **2** |',
	'| How they ended | 28 success, 2 crashed |',
	'| Outages of n8n | 1 stopped and started, 2 killed (kill -9) and started |',
	'| Create requests that got 429 / 503 | 4 / 5 |',
])('has the row %s', (row) => {
	expect(pageOf([result])).toContain(row);
});
