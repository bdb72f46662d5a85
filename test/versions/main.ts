import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { build, needsBuild } from '../../sandbox/demo/build';
import { ensureN8n } from '../../sandbox/n8n/install';
import { lockedVersions } from '../../sandbox/n8n/locks';
import { DIFFERENCES_FILE, type Met } from './check';
import { CHECK_NAMES } from './checks';
import { checksIn, failureOf, isGood, type JestReport, type VersionResult } from './result';
import { compatibilityPage, store } from './results';

const ROOT = resolve(__dirname, '../..');

const USAGE = `Runs the same checks on several versions of n8n, and writes docs/compatibility.md from what they saw.

  npm run test:versions -- [versions] [options]

  versions   ${lockedVersions().join(', ')} (default: all of them)
  --report   run nothing, only write the page from the results that are there`;

const linesOf = (file: string): string[] =>
	existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];

/** Runs the checks on an n8n that is in the cache. */
function run(version: string, scratch: string): Pick<VersionResult, 'checks' | 'failure'> {
	const report = join(scratch, 'report.json');
	const differences = join(scratch, 'differences.jsonl');
	const command = [
		join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
		...['--selectProjects', 'versions', '--testTimeout=180000', '--forceExit'],
		...['--json', `--outputFile=${report}`],
	];
	spawnSync(process.execPath, command, {
		cwd: ROOT,
		env: { ...process.env, HAPPY_HORSE_N8N_VERSION: version, [DIFFERENCES_FILE]: differences },
		// Jest's own words go to stderr; with --json its stdout repeats the report.
		stdio: ['inherit', 'ignore', 'inherit'],
	});
	if (!existsSync(report)) return { checks: {}, failure: 'jest has written no report' };
	const found = JSON.parse(readFileSync(report, 'utf8')) as JestReport;
	const met = linesOf(differences).map((line) => JSON.parse(line) as Met);
	const failure = failureOf(found);
	return { checks: checksIn(found, met), ...(failure === undefined ? {} : { failure }) };
}

/** Fetches a version where it is not there, and runs the checks on it. */
async function see(version: string): Promise<VersionResult> {
	const about = { n8n: version, node: process.version, at: new Date().toISOString() };
	const scratch = mkdtempSync(join(tmpdir(), 'happy-horse-versions-'));
	try {
		await ensureN8n(version);
		const started = Date.now();
		const seen = run(version, scratch);
		return { ...about, seconds: Math.round((Date.now() - started) / 1000), ...seen };
	} catch (error) {
		return { ...about, seconds: 0, checks: {}, failure: String(error) };
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

function writePage(): void {
	const { path, wanted } = compatibilityPage();
	writeFileSync(path, wanted);
}

async function main(): Promise<boolean> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { report: { type: 'boolean', default: false }, help: { type: 'boolean' } },
	});
	const unknown = positionals.filter((version) => !lockedVersions().includes(version));
	if (unknown.length > 0) console.error(`There is no lock file for ${unknown.join(', ')}.\n`);
	if (values.help || unknown.length > 0) console.log(USAGE);
	if (values.help || unknown.length > 0) return unknown.length === 0;
	const wanted = positionals.length > 0 ? positionals : lockedVersions();
	if (!values.report && needsBuild()) build();
	const failed: string[] = [];
	for (const version of values.report ? [] : wanted) {
		console.log(`\n=== n8n ${version} ===`);
		const result = await see(version);
		store(result);
		writePage();
		if (!isGood(result)) failed.push(version);
		const passed = CHECK_NAMES.filter((name) => result.checks[name]?.passed === true).length;
		console.log(
			`--- n8n ${version}: ${passed} of ${CHECK_NAMES.length} checks passed in ${result.seconds} s`,
		);
		if (result.failure !== undefined) console.log(result.failure);
	}
	if (values.report) writePage();
	if (failed.length > 0) console.log(`\nNot everything passed on n8n ${failed.join(', ')}`);
	return failed.length === 0;
}

main().then(
	(isFine) => process.exit(isFine ? 0 : 1),
	(error: unknown) => {
		console.error(error instanceof Error ? error.stack : error);
		process.exit(1);
	},
);
