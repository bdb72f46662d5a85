import { stripVTControlCharacters } from 'node:util';

import type { DifferenceName } from '../n8nFacts';
import type { Met } from './check';
import { CHECK_NAMES, type CheckName } from './checks';

/** What one check came to on one version. */
export interface CheckResult {
	passed: boolean;
	seconds: number;
	/** In what this version differs from the newest one, so that the check expected something else. */
	differences: DifferenceName[];
	/** The first line of what failed. */
	failure?: string;
}

/** What was seen on one version of n8n. */
export interface VersionResult {
	n8n: string;
	node: string;
	/** When it was run, as an ISO date. */
	at: string;
	/** From the start of n8n to the end of the last check. */
	seconds: number;
	/** A check that was not run is not in it. */
	checks: Partial<Record<CheckName, CheckResult>>;
	/** Why nothing could be run. */
	failure?: string;
}

/** What jest writes with `--json`, as far as it is read. */
export interface JestReport {
	testResults: Array<{
		message: string;
		assertionResults: Array<{
			title: string;
			status: string;
			duration?: number | null;
			failureMessages?: string[];
		}>;
	}>;
}

const firstLine = (text: string): string =>
	stripVTControlCharacters(text).trim().split('\n')[0]?.slice(0, 200) ?? '';

/** The checks in a report of jest, with the differences that they met. */
export function checksIn(report: JestReport, met: Met[]): VersionResult['checks'] {
	const assertions = report.testResults.flatMap(({ assertionResults }) => assertionResults);
	const results = CHECK_NAMES.flatMap((name): Array<[CheckName, CheckResult]> => {
		const found = assertions.find(({ title }) => title === name);
		if (found === undefined || !['passed', 'failed'].includes(found.status)) return [];
		const passed = found.status === 'passed';
		const own = met.filter(({ check }) => check === name).map(({ difference }) => difference);
		const seconds = Math.round((found.duration ?? 0) / 100) / 10;
		const failure = passed ? {} : { failure: firstLine(found.failureMessages?.[0] ?? '') };
		return [[name, { passed, seconds, differences: [...new Set(own)], ...failure }]];
	});
	return Object.fromEntries(results);
}

/** Why a report holds no check at all, for example because n8n did not start. */
export function failureOf({ testResults }: JestReport): string | undefined {
	const broken = testResults.find(({ assertionResults }) => assertionResults.length === 0);
	return broken && firstLine(broken.message);
}

/** True when every check was run and passed. */
export const isGood = ({ checks, failure }: VersionResult): boolean =>
	failure === undefined && CHECK_NAMES.every((name) => checks[name]?.passed === true);
