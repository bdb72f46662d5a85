import { lockedVersions } from '../../../sandbox/n8n/locks';
import { isGood } from '../../versions/result';
import { compatibilityPage, storedResults } from '../../versions/results';
import { read } from '../support/pages';

const results = storedResults();

const versionsOf = (text: string) => text.match(/\b\d+\.\d+\.\d+\b/g) ?? [];

it('docs/compatibility.md shows what was run, and nothing else', () => {
	const { found, wanted } = compatibilityPage();
	expect(found).toBe(wanted);
});

it('each version that can be installed was run', () => {
	expect(new Set(results.map(({ n8n }) => n8n))).toEqual(new Set(lockedVersions()));
});

it('README.md names the versions on which everything passed, with a link to what was run', () => {
	const [, claim = ''] = /^(Runs on n8n .+)$/m.exec(read('README.md')) ?? [];
	const good = results.filter(isGood).map(({ n8n }) => n8n);
	expect(versionsOf(claim).toSorted()).toEqual(good.toSorted());
	expect(claim).toContain('/blob/main/docs/compatibility.md#what-was-run)');
});
