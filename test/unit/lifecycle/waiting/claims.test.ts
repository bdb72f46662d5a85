import { Claims } from '../../../../nodes/HappyHorse/lifecycle/waiting/claims';

it('goes to the first caller only', () => {
	const claims = new Claims();
	expect(claims.take('1.0', { now: 0, ms: 100 })).toBe(true);
	expect(claims.take('1.0', { now: 99, ms: 100 })).toBe(false);
});

it('ends by itself', () => {
	const claims = new Claims();
	claims.take('1.0', { now: 0, ms: 100 });
	expect(claims.take('1.0', { now: 100, ms: 100 })).toBe(true);
});

it('is of one execution and one run', () => {
	const claims = new Claims();
	claims.take('1.0', { now: 0, ms: 100 });
	expect(claims.take('1.1', { now: 0, ms: 100 })).toBe(true);
	expect(claims.take('10', { now: 0, ms: 100 })).toBe(true);
});

it('can be kept for another time', () => {
	const claims = new Claims();
	claims.take('1.0', { now: 0, ms: 1000 });
	claims.keep('1.0', { now: 50, ms: 20 });
	expect(claims.take('1.0', { now: 69, ms: 1 })).toBe(false);
	expect(claims.take('1.0', { now: 70, ms: 1 })).toBe(true);
});

it('can be looked at without taking it', () => {
	const claims = new Claims();
	expect(claims.isTaken('1.0', 0)).toBe(false);
	claims.take('1.0', { now: 0, ms: 100 });
	expect([0, 99, 100].map((now) => claims.isTaken('1.0', now))).toEqual([true, true, false]);
	expect(claims.isTaken('1.1', 0)).toBe(false);
});
