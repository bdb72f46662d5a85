import { CHECK_NAMES } from '../../versions/checks';
import { checksIn, failureOf, isGood, type VersionResult } from '../../versions/result';

const assertion = (title: string, status = 'passed', failureMessages: string[] = []) => ({
	...{ title, status, duration: 1234, failureMessages },
});

const report = (...assertionResults: Array<ReturnType<typeof assertion>>) => ({
	testResults: [{ message: '', assertionResults }],
});

it('takes each check from the report, with the differences that it met', () => {
	const met = [
		{ check: 'crash', difference: 'paysAgainAfterCrash' },
		{ check: 'crash', difference: 'paysAgainAfterCrash' },
	] as const;
	expect(checksIn(report(assertion('crash'), assertion('create')), [...met])).toEqual({
		crash: { passed: true, seconds: 1.2, differences: ['paysAgainAfterCrash'] },
		create: { passed: true, seconds: 1.2, differences: [] },
	});
});

it('keeps the first line of a failure, without colours', () => {
	const failure = '\u001b[31mExpected: 5\u001b[39m\n    at somewhere';
	expect(checksIn(report(assertion('retry', 'failed', [failure])), [])).toEqual({
		retry: { passed: false, seconds: 1.2, differences: [], failure: 'Expected: 5' },
	});
});

it('does not take a check that was skipped, or one that it does not know, for a result', () => {
	expect(checksIn(report(assertion('key', 'pending'), assertion('unknown')), [])).toEqual({});
});

it('says why a file holds no test', () => {
	const broken = { message: 'Cannot find module\n  more', assertionResults: [] };
	expect(failureOf({ testResults: [broken] })).toBe('Cannot find module');
	expect(failureOf(report(assertion('key')))).toBeUndefined();
});

it('is good only when every check was run and passed', () => {
	const checks = checksIn(report(...CHECK_NAMES.map((name) => assertion(name))), []);
	const result: VersionResult = { n8n: '2.41.1', node: 'v24', at: '', seconds: 1, checks };
	expect(isGood(result)).toBe(true);
	expect(isGood({ ...result, failure: 'n8n did not start' })).toBe(false);
	const { key: _key, ...others } = checks;
	expect(isGood({ ...result, checks: others })).toBe(false);
	const failed = { passed: false, seconds: 1, differences: [] };
	expect(isGood({ ...result, checks: { ...checks, key: failed } })).toBe(false);
});
