import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What one layer came to. */
interface Outcome {
	name: string;
	seconds: number;
	passed: number;
	failed: number;
}

/** The numbers that jest writes with `--json`. */
interface JestReport {
	numPassedTests: number;
	numFailedTests: number;
	numRuntimeErrorTestSuites: number;
}

const root = resolve(__dirname, '..');
const tool = (...parts: string[]) => join(root, 'node_modules', ...parts);
const tsc = tool('typescript', 'bin', 'tsc');
const gulp = tool('gulp', 'bin', 'gulp.js');
const rolldown = tool('rolldown', 'bin', 'cli.mjs');
const tsx = tool('tsx', 'dist', 'cli.mjs');

const jest = (project: string, seconds: number, ...flags: string[]) => [
	tool('jest', 'bin', 'jest.js'),
	'--selectProjects',
	project,
	`--testTimeout=${seconds * 1000}`,
	...flags,
];

/** Cheap layers first: each holds the commands that Node runs one after the other. */
const layers: Record<string, string[][]> = {
	build: [[gulp, 'clean'], [tsc], [rolldown, '-c'], [gulp]],
	gate: [[tsx, 'test/gate/main.ts'], jest('gate', 60)],
	types: [[tsc, '--noEmit', '-p', 'test/tsconfig.json']],
	unit: [jest('unit', 30, '--maxWorkers=2')],
	sandbox: [jest('sandbox', 60, '--maxWorkers=2')],
	// They wait most of the time.
	engine: [jest('engine', 60, '--maxWorkers=4')],
	// Five at a time: each has an n8n, and waits half of the time. A process that a failed test left behind must not keep the
	// whole run from ending.
	server: [
		jest('server', 180, '--maxWorkers=5', '--forceExit', '--testPathIgnorePatterns=/server/long/'),
	],
	// A browser clicks through n8n: slow where the processor is shared.
	editor: [jest('editor', 300, '--forceExit')],
	// Minutes of silence, killed rounds, sub-workflows, a package that comes and goes.
	long: [jest('server', 180, '--maxWorkers=2', '--forceExit', '--testPathPatterns=/server/long/')],
	// One n8n in queue mode is five processes.
	queue: [jest('queue', 600, '--maxWorkers=1', '--forceExit')],
	older: [
		[tsx, 'sandbox/n8n/install.ts'],
		jest('engine', 180, '--selectProjects', 'server', '--maxWorkers=2', '--forceExit'),
		jest('editor', 300, '--forceExit'),
		jest('queue', 600, '--maxWorkers=1', '--forceExit'),
	],
};

/** Layers that need more of the computer than a quick check should take: they run when they are named. */
const heavy = ['long', 'queue', 'older'];

/** The oldest n8n that README names. */
const environments: Record<string, Record<string, string>> = {
	older: { HAPPY_HORSE_N8N_VERSION: '1.123.81' },
};

function count(report: string): { passed: number; failed: number } {
	if (!existsSync(report)) return { passed: 0, failed: 0 };
	const found = JSON.parse(readFileSync(report, 'utf8')) as JestReport;
	// A file that does not even load holds no failed test, and is a failure all the same.
	const failed = found.numFailedTests + found.numRuntimeErrorTestSuites;
	return { passed: found.numPassedTests, failed };
}

const sumOf = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

function runLayer(name: string, scratch: string): Outcome {
	console.log(`\n=== ${name} ===`);
	const reports: string[] = [];
	const started = Date.now();
	const works = (layers[name] ?? []).every((command) => {
		const isJest = command.includes('--selectProjects');
		const report = join(scratch, `${name}-${reports.length}.json`);
		if (isJest) reports.push(report);
		const flags = isJest ? ['--json', `--outputFile=${report}`] : [];
		// Jest's own words go to stderr; with --json its stdout repeats the report.
		const stdio = ['inherit', isJest ? 'ignore' : 'inherit', 'inherit'] as const;
		const starts = { HAPPY_HORSE_STARTS: join(scratch, 'starts') };
		const env = { ...process.env, ...starts, ...environments[name] };
		const options = { cwd: root, env, stdio: [...stdio] };
		return spawnSync(process.execPath, [...command, ...flags], options).status === 0;
	});
	const seconds = (Date.now() - started) / 1000;
	const counts = reports.map(count);
	const passed = sumOf(counts.map((one) => one.passed));
	const failed = sumOf(counts.map((one) => one.failed));
	console.log(`--- ${name}: ${works ? 'passed' : 'FAILED'} after ${seconds.toFixed(1)} s`);
	// A layer without tests, or one that broke outside its tests, still has to count as a failure.
	return { name, seconds, passed, failed: works ? failed : Math.max(1, failed) };
}

/** Runs the layers up to the first that fails, prints the sums, returns whether all passed. */
function runLayers(names: string[]): boolean {
	const scratch = mkdtempSync(join(tmpdir(), 'happy-horse-tests-'));
	const outcomes: Outcome[] = [];
	try {
		for (const name of names) {
			outcomes.push(runLayer(name, scratch));
			if (outcomes.some(({ failed }) => failed > 0)) break;
		}
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
	const sum = (key: 'passed' | 'failed') => sumOf(outcomes.map((outcome) => outcome[key]));

	console.log('\nlayer     passed  failed  seconds');
	for (const { name, passed, failed, seconds } of outcomes) {
		const numbers = [passed, failed, seconds.toFixed(1)].map((number) =>
			String(number).padStart(8),
		);
		console.log(name.padEnd(8) + numbers.join(''));
	}
	const skipped = names.slice(outcomes.length);
	if (skipped.length > 0) console.log(`not run: ${skipped.join(', ')}`);
	console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
	return sum('failed') === 0;
}

const everyLayer = Object.keys(layers);
const usual = everyLayer.filter((name) => !heavy.includes(name));
const wanted = process.argv.slice(2);
const chosen = wanted.length > 0 ? wanted : usual;
const unknown = chosen.filter((name) => !(name in layers));
if (unknown.length > 0) {
	console.error(`There is no layer ${unknown.join(', ')}. Layers: ${everyLayer.join(', ')}`);
	process.exitCode = 2;
} else {
	process.exitCode = runLayers(chosen) ? 0 : 1;
}
