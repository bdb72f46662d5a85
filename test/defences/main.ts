import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Copy } from './copy';
import type { Defence, TestName } from './defence';
import { DEFENCES, LEFT_TO_OTHERS } from './list';
import { ROWS } from './rows';

/*
 * Takes one defence after the other away and wants a test to notice.
 *
 *     npm run test:defences              all of them
 *     npm run test:defences unit engine  those whose tests are in these layers
 *     npm run test:defences A1 R3        those of these rows
 */

const ROOT = path.resolve(__dirname, '../..');
const LAYERS = ['unit', 'gate', 'engine', 'server'];
const TEST_SECONDS: Record<string, number> = { unit: 30, gate: 60, engine: 60, server: 180 };

const NOT_LOADED = 'the file does not load';
const NO_END = 'the test does not end';

interface Tests {
	passed: number;
	/** The first line of what the first of them failed with; '' for none. */
	failure: string;
}

interface JestReport {
	numPassedTests: number;
	numFailedTests: number;
	numRuntimeErrorTestSuites: number;
	testResults: Array<{
		message: string;
		assertionResults: Array<{ status: string; fullName: string }>;
	}>;
}

function run(folder: string, { layer, file }: TestName, names: readonly string[]): Tests {
	const scratch = mkdtempSync(path.join(tmpdir(), 'happy-horse-report-'));
	const report = path.join(scratch, 'report.json');
	const pattern = names.map(asPattern).join('|');
	try {
		const jest = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
		const test = path.join('test', layer, file);
		spawnSync(
			process.execPath,
			[
				...[
					jest,
					'--runTestsByPath',
					test,
					'--selectProjects',
					layer,
					'--testNamePattern',
					pattern,
				],
				...['--maxWorkers=1', `--testTimeout=${TEST_SECONDS[layer]! * 1000}`],
				...['--forceExit', '--json', `--outputFile=${report}`],
			],
			// Without a defence, a loop may have no end: then jest notices no time limit of its own.
			{
				cwd: folder,
				stdio: 'ignore',
				timeout: TEST_SECONDS[layer]! * 10_000,
				killSignal: 'SIGKILL',
			},
		);
		if (!existsSync(report)) return { passed: 0, failure: NO_END };
		return outcomeOf(JSON.parse(readFileSync(report, 'utf8')) as JestReport);
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

function outcomeOf(report: JestReport): Tests {
	const failed = report.testResults
		.flatMap(({ assertionResults }) => assertionResults)
		.filter(({ status }) => status === 'failed')
		.map(({ fullName }) => fullName);
	const [broken] = report.testResults.filter(({ message }) => message !== '');
	// A file that does not even load notices nothing of what it is about.
	const unloaded = report.numRuntimeErrorTestSuites > 0 ? NOT_LOADED : '';
	return {
		passed: report.numPassedTests,
		failure: failed[0] ?? (unloaded || (report.numFailedTests > 0 ? (broken?.message ?? '?') : '')),
	};
}

/** The part of a name as jest finds it: what stands for values may be anything. */
function asPattern(name: string): string {
	return name
		.split(/%[a-z]|\$\w+/)
		.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
		.join('.*');
}

const key = ({ layer, file }: TestName) => `${layer}/${file}`;

function chosen(words: readonly string[]): Defence[] {
	const unknown = words.filter((word) => !LAYERS.includes(word) && !(word in ROWS));
	if (unknown.length > 0) throw new Error(`There is no row or layer ${unknown.join(', ')}.`);
	const rows = words.filter((word) => word in ROWS);
	const layers = words.filter((word) => LAYERS.includes(word));
	return DEFENCES.filter(
		({ row, test }) =>
			(rows.length === 0 || rows.includes(row)) &&
			(layers.length === 0 || layers.includes(test.layer)),
	);
}

/** Runs the tests of each file on what is whole; gives the files that are not green. */
function untouched(folder: string, defences: readonly Defence[]): Map<string, string> {
	const files = new Map<string, { test: TestName; names: Set<string> }>();
	for (const { test } of defences) {
		const known = files.get(key(test)) ?? { test, names: new Set() };
		files.set(key(test), known);
		known.names.add(test.name);
	}
	const red = new Map<string, string>();
	for (const [file, { test, names }] of files) {
		const started = Date.now();
		const { passed, failure } = run(folder, test, [...names]);
		const seconds = ((Date.now() - started) / 1000).toFixed(0);
		if (failure !== '') red.set(file, failure);
		else if (passed < names.size) red.set(file, `only ${passed} tests of ${names.size} names`);
		console.log(
			`whole  ${(red.has(file) ? 'RED' : 'green').padEnd(6)} ${seconds.padStart(4)} s  ${file}`,
		);
		if (red.has(file)) console.log(`       ${red.get(file)}`);
	}
	return red;
}

function row(verdict: string, seconds: number, { row: name, defence, test }: Defence): string {
	const time = `${seconds.toFixed(0).padStart(4)} s`;
	return `${name.padEnd(4)} ${verdict.padEnd(7)} ${time}  ${defence}  [${key(test)}: ${test.name}]`;
}

function main(words: readonly string[]): boolean {
	const defences = chosen(words);
	const copy = new Copy(ROOT);
	const wrong: string[] = [];
	const table: string[] = [];
	try {
		const red = untouched(copy.folder, defences);
		for (const defence of defences) {
			const { test } = defence;
			const started = Date.now();
			const seconds = () => (Date.now() - started) / 1000;
			let verdict = 'no test';
			let line = row(verdict, 0, defence);
			if (!red.has(key(test))) {
				const putBack = copy.without(defence);
				const { failure } = run(copy.folder, test, [test.name]);
				putBack();
				const isBroken = failure === NOT_LOADED || failure === NO_END;
				verdict = failure === '' ? 'MISSED' : isBroken ? 'BROKEN' : 'noticed';
				line = row(verdict, seconds(), defence);
			}
			if (verdict !== 'noticed') wrong.push(line);
			table.push(line);
			console.log(line);
		}
	} finally {
		copy.remove();
	}
	console.log('\nLeft to others, and held to it by a test of its own:');
	for (const { row: name, reason, test } of LEFT_TO_OTHERS) {
		console.log(`${name.padEnd(4)} ${reason}  [${key(test)}: ${test.name}]`);
	}
	console.log(`\n${table.length - wrong.length} of ${table.length} noticed`);
	for (const line of wrong) console.log(`NOT NOTICED: ${line}`);
	return wrong.length === 0;
}

process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
