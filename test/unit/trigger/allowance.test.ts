import { Allowance } from '../../../nodes/HappyHorse/trigger/allowance';

const taken = (allowance: Allowance, times: number[]) => times.map((now) => allowance.take(now));

it('gives so many within a minute, and no more', () => {
	const allowance = new Allowance(3);
	expect(taken(allowance, [0, 0, 0, 0, 30_000, 59_999])).toEqual([
		true,
		true,
		true,
		false,
		false,
		false,
	]);
});

it('gives each back a minute later, one by one', () => {
	const allowance = new Allowance(2);
	expect(taken(allowance, [0, 30_000, 59_999, 60_000, 60_001, 89_999, 90_000])).toEqual([
		true,
		true,
		false,
		true,
		false,
		false,
		true,
	]);
});

it('a refusal costs nothing', () => {
	const allowance = new Allowance(1);
	allowance.take(0);
	for (let now = 1; now < 60_000; now += 1000) expect(allowance.take(now)).toBe(false);
	expect(allowance.take(60_000)).toBe(true);
});

it('takes several at once, or none of them', () => {
	const allowance = new Allowance(3);
	expect(allowance.take(0, 2)).toBe(true);
	expect(allowance.take(0, 2)).toBe(false);
	expect(allowance.take(0)).toBe(true);
	expect(allowance.take(0)).toBe(false);
	expect(allowance.take(60_000, 3)).toBe(true);
});

it('gives nothing at all when nothing is allowed', () => {
	expect(new Allowance(0).take(0)).toBe(false);
});

it('stays small under a flood', () => {
	const allowance = new Allowance(40);
	const given = taken(
		allowance,
		Array.from({ length: 120_000 }, (_, index) => index),
	);
	expect(given.filter(Boolean)).toHaveLength(80);
	expect(JSON.stringify(allowance).length).toBeLessThan(1000);
});
