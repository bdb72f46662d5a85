import { RateLimit } from '../../sandbox/api/rateLimit';
import { settingsAmong } from '../../sandbox/api/settings';

const limitOf = (requestsPerMinute: number) =>
	new RateLimit(settingsAmong({ requestsPerMinute, limitHeaders: 'all' }));

test('the window slides: each request makes room a minute after it came', () => {
	const limit = limitOf(2);
	const at = (seconds: number) => {
		const { rejection, headers } = limit.admit('key', 1_000_000 + seconds * 1000);
		return rejection === undefined ? 'in' : headers['retry-after'];
	};
	expect([at(0), at(30), at(40), at(59.5)]).toEqual(['in', 'in', '20', '1']);
	expect([at(60), at(61), at(89.9), at(90)]).toEqual(['in', '29', '1', 'in']);
	expect([at(119), at(120)]).toEqual(['1', 'in']);
});

test('a million requests cost no more each than a thousand', () => {
	const limit = limitOf(50);
	let inside = 0;
	const started = performance.now();
	for (let n = 0; n < 1_000_000; n++) {
		// A hundred a minute: in each minute the first half of them is let in.
		if (limit.admit('key', n * 600).rejection === undefined) inside += 1;
	}
	expect(inside).toBe(500_000);
	expect(performance.now() - started).toBeLessThan(10_000);
});
