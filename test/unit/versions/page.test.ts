import { DIFFERENCES } from '../../n8nFacts';
import { CHECK_NAMES, CHECKS } from '../../versions/checks';
import { pageWith, writtenPart } from '../../versions/page';
import type { CheckResult, VersionResult } from '../../versions/result';

const PASSED: CheckResult = { passed: true, seconds: 1, differences: [] };

const all = Object.fromEntries(CHECK_NAMES.map((name) => [name, PASSED]));

const seen = (n8n: string, changes: Partial<VersionResult> = {}): VersionResult => ({
	n8n,
	node: 'v24.21.0',
	at: '2026-11-26T10:00:00.000Z',
	seconds: 91.4,
	checks: all,
	...changes,
});

const rowOf = (page: string, begin: string) =>
	page.split('\n').find((line) => line.startsWith(`| ${begin}`));

it('has a row for each check and a column for each version, oldest first', () => {
	const page = writtenPart([seen('2.30.8'), seen('2.4.0'), seen('1.123.81')]);
	expect(rowOf(page, 'n8n |')).toBe('| n8n | 1.123.81 | 2.4.0 | 2.30.8 |');
	for (const name of CHECK_NAMES) expect(page).toContain(`| ${CHECKS[name]} | yes | yes | yes |`);
	expect(rowOf(page, 'Run on')).toBe('| Run on | 2026-11-26 | 2026-11-26 | 2026-11-26 |');
	expect(rowOf(page, 'Time from')).toContain('| 91 s | 91 s | 91 s |');
	expect(page).toContain('Node.js 24.21.0');
	expect(page).not.toContain('differs');
});

it('says what differs in a note, once for all versions that share it', () => {
	const crash: CheckResult = { ...PASSED, differences: ['paysAgainAfterCrash'] };
	const errorOutput: CheckResult = { ...PASSED, differences: ['leavesDetailsOut'] };
	const page = writtenPart([
		seen('2.0.3', { checks: { ...all, crash, errorOutput } }),
		seen('2.8.4', { checks: { ...all, crash, errorOutput } }),
		seen('2.41.1'),
	]);
	expect(page).toContain(`| ${CHECKS.crash} | differs (2) | differs (2) | yes |`);
	expect(page).toContain(`| ${CHECKS.errorOutput} | differs (1) | differs (1) | yes |`);
	const { leavesDetailsOut, paysAgainAfterCrash } = DIFFERENCES;
	expect(page).toContain('**differs**: the check passed');
	const notes = `\n\n1. ${leavesDetailsOut.reason}\n2. ${paysAgainAfterCrash.reason}`;
	expect(page.slice(-notes.length)).toBe(notes);
});

it('claims nothing that was not run or did not pass', () => {
	const failed: CheckResult = { ...PASSED, passed: false, failure: 'Error: 6 | <POSTs>' };
	const { key: _key, ...withoutKey } = all;
	const page = writtenPart([
		seen('2.0.3', { checks: { ...withoutKey, create: failed } }),
		seen('2.8.4', { checks: {}, seconds: 0, failure: 'n8n did not start' }),
	]);
	expect(page).toContain(`| ${CHECKS.create} | **no** (1) | not run |`);
	expect(page).toContain(`| ${CHECKS.key} | not run | not run |`);
	expect(page).toContain(`| ${CHECKS.retry} | yes | not run |`);
	expect(page).toContain('1. On 2.0.3: Error: 6    POSTs\n2. 2.8.4: n8n did not start');
});

it('replaces its own part of the page, and nothing else', () => {
	const part = (text: string) =>
		`# Title\n\n<!-- Written by \`npm run test:versions\`, from here -->\n\n${text}\n\n<!-- to here -->\n\nThe rest`;
	const results = [seen('2.41.1')];
	expect(pageWith(part('Old'), results)).toBe(part(writtenPart(results)));
	expect(pageWith(pageWith(part('Old'), []), results)).toBe(part(writtenPart(results)));
	expect(() => pageWith('# Title', results)).toThrow('The page has no part between');
});
