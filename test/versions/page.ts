import { DIFFERENCES, type DifferenceName } from '../n8nFacts';
import { CHECK_NAMES, CHECKS, type CheckName } from './checks';
import type { CheckResult, VersionResult } from './result';

const BEGIN = '<!-- Written by `npm run test:versions`, from here -->';
const END = '<!-- to here -->';

const NOT_RUN = 'not run';

/** Notes below the table, each with a number that its cells name. */
class Notes {
	private readonly texts: string[] = [];

	/** The number of a note. */
	of(text: string): number {
		if (!this.texts.includes(text)) this.texts.push(text);
		return this.texts.indexOf(text) + 1;
	}

	lines(): string[] {
		return this.texts.map((text, index) => `${index + 1}. ${text}`);
	}
}

/** Nothing in a message may look like a part of the table or of the page. */
const plain = (text: string): string => text.replace(/[|<>*_`[\]]/g, ' ').trim();

const noteNumbers = (numbers: number[]): string =>
	numbers.length > 0 ? ` (${numbers.join(', ')})` : '';

function cell(result: CheckResult | undefined, version: string, notes: Notes): string {
	if (result === undefined) return NOT_RUN;
	if (!result.passed) {
		return `**no**${noteNumbers([notes.of(`On ${version}: ${plain(result.failure ?? '')}`)])}`;
	}
	// A difference that is not known any more is not explained, but shown.
	const reasons = result.differences.map(
		(name: DifferenceName) => DIFFERENCES[name]?.reason ?? name,
	);
	return reasons.length > 0
		? `differs${noteNumbers(reasons.map((text) => notes.of(text)))}`
		: 'yes';
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function table(results: readonly VersionResult[], notes: Notes): string {
	const line = (name: CheckName) =>
		row([CHECKS[name], ...results.map(({ n8n, checks }) => cell(checks[name], n8n, notes))]);
	const lines = CHECK_NAMES.map(line);
	const took = results.map(({ seconds, failure, n8n }) =>
		failure === undefined
			? `${Math.round(seconds)} s`
			: `${NOT_RUN}${noteNumbers([notes.of(`${n8n}: ${plain(failure)}`)])}`,
	);
	return [
		row(['n8n', ...results.map(({ n8n }) => n8n)]),
		`|---|${'---|'.repeat(results.length)}`,
		...lines,
		row(['Run on', ...results.map(({ at }) => at.slice(0, 10))]),
		row(['Time from the start of n8n', ...took]),
	].join('\n');
}

const byVersion = (one: VersionResult, other: VersionResult): number =>
	one.n8n.localeCompare(other.n8n, 'en', { numeric: true });

/** The part of docs/compatibility.md that says what was run: oldest version first. */
export function writtenPart(results: readonly VersionResult[]): string {
	const sorted = results.toSorted(byVersion);
	const notes = new Notes();
	const checks = table(sorted, notes);
	const nodes = [...new Set(sorted.map(({ node }) => node.replace(/^v/, '')))];
	const intro =
		`\`npm run test:versions\` runs the same ${CHECK_NAMES.length} checks on each of these versions, in a real n8n (Node.js ${nodes.join(', ')}, SQLite) ` +
		'next to the sandbox, which counts every POST, and writes this table from what it saw. Other versions have not been run.';
	const legend =
		'**differs**: the check passed, and expects something else of this version; the note says what.';
	const hasDifference = checks.includes('| differs');
	return [intro, checks, ...(hasDifference ? [legend] : []), notes.lines().join('\n')]
		.filter((part) => part !== '')
		.join('\n\n');
}

/** The page with the part that says what was run replaced. Throws when the page has no place for it. */
export function pageWith(page: string, results: readonly VersionResult[]): string {
	const begin = page.indexOf(BEGIN);
	const end = page.indexOf(END);
	if (begin < 0 || end < begin) throw new Error(`The page has no part between ${BEGIN} and ${END}`);
	const before = page.slice(0, begin + BEGIN.length);
	return `${before}\n\n${writtenPart(results)}\n\n${page.slice(end)}`;
}
