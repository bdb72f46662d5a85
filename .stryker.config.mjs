import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import jest from './jest.config.js';

const unit = jest.projects.find(({ displayName }) => displayName === 'unit');

/** The modules that decide without touching the world: a wrong digit in them costs money or opens a door. */
const deciding = {
	concurrency: ['inTime', 'mapLimit', 'rateLimiter', 'retrying', 'singleFlight', 'ttlCache'],
	fields: ['callback', 'expressions', 'idempotencyKey', 'metadata'],
	'fields/types': ['choice', 'number', 'severalEntries', 'text'],
	http: [
		'apiError',
		'apiMessage',
		'json',
		'localHosts',
		'networkFault',
		'provider',
		'redact',
		'requestErrors',
		'responseError',
		'retryPolicy',
	],
	idempotency: [
		'createOnce',
		'databaseStore',
		'executionStore',
		'processedItems',
		'requestIdentity',
		'taskIdDigits',
	],
	media: ['knownFormat', 'limits', 'uploadType'],
	'media/image': ['bmp', 'format', 'imageSize', 'jpeg', 'png', 'webp'],
	'media/video': ['boxContent', 'boxes', 'movie', 'readFromRanges', 'videoProblem', 'videoReader'],
	n8n: ['execution'],
	output: ['failedItem', 'item'],
	signature: ['secretKeys', 'verify'],
	tasks: ['endpoint', 'task'],
	trigger: ['event', 'seenEvents'],
	waiting: ['pollSchedule', 'settlingSchedule', 'taskWatch', 'tasksToRead'],
	webhook: ['body', 'signedQuery'],
};

const modules = Object.entries(deciding).flatMap(([folder, names]) =>
	names.map((name) => `nodes/HappyHorse/${folder}/${name}.ts`),
);

// A module that was moved would be left out without a word.
const missing = modules.filter((path) => !existsSync(new URL(path, import.meta.url)));
if (missing.length > 0) throw new Error(`There is no ${missing.join(', ')}`);

/** Changes one thing after the other in these modules, and wants the unit tests beside them to notice. */
export default {
	testRunner: 'jest',
	coverageAnalysis: 'perTest',
	jest: {
		config: {
			...unit,
			// In place of those of the file, which Stryker cannot narrow to one.
			projects: [],
			// Tests are chosen by what they import, so the map of files has to hold the sources.
			roots: ['<rootDir>/test/unit', '<rootDir>/nodes'],
			// Only the tests beside a module count: whole operations are slow, and should not be needed.
			testRegex: Object.entries(deciding).map(
				([folder, names]) => `unit/${folder}/(${names.join('|')}|properties|wire)\\.test\\.ts$`,
			),
		},
	},
	mutate: modules,
	// Outside the project: its top level stays clean, and jest passes over all that is below a node_modules.
	tempDirName: join(tmpdir(), 'happy-horse-mutation'),
	cleanTempDir: 'always',
	ignorePatterns: ['/dist', '/demo-output', '/examples', '/coverage', '.git'],
	concurrency: 2,
	// A busy machine must not pass for an endless loop.
	timeoutMS: 15_000,
	reporters: ['clear-text', 'progress-append-only', 'json'],
	jsonReporter: { fileName: 'coverage/mutation.json' },
	clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
	thresholds: { high: 95, low: 90, break: 90 },
};
