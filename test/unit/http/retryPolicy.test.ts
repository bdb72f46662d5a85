import fc from 'fast-check';

import type { FailureKind } from '../../../nodes/HappyHorse/http/apiError';
import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import type { Purpose } from '../../../nodes/HappyHorse/http/apiResponse';
import { retryPauseMs } from '../../../nodes/HappyHorse/http/retryPolicy';

const PURPOSES: Purpose[] = ['create', 'read', 'list', 'upload'];

const KINDS: FailureKind[] = ['unreachable', 'rate-limited', 'unavailable', 'unclear', 'rejected'];

function failure(kind: FailureKind, retryAfterMs?: number): ApiError {
	const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
	const cause = { cause: 'rate-limited', ...wait } as const;
	return new ApiError('x', { hint: 'y', kind, cause });
}

/** How often a request may be sent, the first time included, and the longest pause before each further time. */
type Row = readonly [kind: FailureKind, purpose: Purpose, ceilings: number[]];

const seconds = (...values: number[]) => values.map((value) => value * 1000);

/** The limiter of the account pauses all requests after a 429, so no request pauses by itself. */
const PACED = Array<number>(11).fill(0);

const FREE: Purpose[] = ['read', 'list', 'upload'];

const TABLE: Row[] = [
	['unreachable', 'create', seconds(1, 2, 4)],
	['rate-limited', 'create', PACED],
	['unavailable', 'create', seconds(2, 4, 8)],
	['unclear', 'create', []],
	['rejected', 'create', []],
	...FREE.flatMap((purpose): Row[] => [
		['unreachable', purpose, seconds(1, 2, 4, 8)],
		['rate-limited', purpose, PACED],
		['unavailable', purpose, seconds(1, 2, 4, 8)],
		['unclear', purpose, seconds(1, 2, 4, 8)],
		['rejected', purpose, []],
	]),
];

it('speaks of every kind of failure and every purpose, once', () => {
	const rows = TABLE.map(([kind, purpose]) => `${kind} ${purpose}`);
	expect(rows.sort()).toEqual(
		KINDS.flatMap((kind) => PURPOSES.map((purpose) => `${kind} ${purpose}`)).sort(),
	);
});

it.each(TABLE)('%s, %s: pauses of at most %p', (kind, purpose, ceilings) => {
	for (let tried = 1; tried <= 20; tried++) {
		const ceiling = ceilings[tried - 1] ?? null;
		const pause = (random: number) => retryPauseMs(failure(kind), { purpose, tried, random });
		expect(pause(1)).toBe(ceiling);
		expect(pause(0.5)).toBe(ceiling === null ? null : (ceiling * 3) / 4);
		// A pause near zero cannot outwait a limit that is counted by the minute.
		expect(pause(0)).toBe(ceiling === null ? null : ceiling / 2);
	}
});

const anyAttempt = {
	kind: fc.constantFrom(...KINDS),
	purpose: fc.constantFrom(...PURPOSES),
	tried: fc.integer({ min: 1, max: 1000 }),
	random: fc.double({ min: 0, max: 1, noNaN: true }),
};

it('never sends a paid request again when its outcome is unknown, whatever pause the API wants', () => {
	fc.assert(
		fc.property(
			fc.record({ ...anyAttempt, retryAfterMs: fc.nat() }),
			({ tried, random, retryAfterMs }) => {
				const attempt = { purpose: 'create', tried, random } as const;
				expect(retryPauseMs(failure('unclear', retryAfterMs), attempt)).toBeNull();
				const unsure = new ApiError('x', { hint: 'y', outcomeUnknown: true });
				expect(retryPauseMs(unsure, attempt)).toBeNull();
			},
		),
	);
});

it('keeps the pause between what the API wants and the ceiling, in whole milliseconds', () => {
	fc.assert(
		fc.property(
			fc.record({ ...anyAttempt, retryAfterMs: fc.integer({ min: 0, max: 90_000 }) }),
			({ kind, retryAfterMs, ...attempt }) => {
				const pause = retryPauseMs(failure(kind, retryAfterMs), attempt);
				if (pause === null) return;
				expect(Number.isSafeInteger(pause)).toBe(true);
				if (kind === 'rate-limited') expect(pause).toBe(0);
				else expect(pause).toBeGreaterThanOrEqual(retryAfterMs);
				expect(pause).toBeLessThanOrEqual(Math.max(retryAfterMs, 60_000));
			},
		),
	);
});

it('lets the ceilings never fall', () => {
	fc.assert(
		fc.property(fc.record(anyAttempt), ({ kind, purpose, tried }) => {
			const ceiling = (after: number) =>
				retryPauseMs(failure(kind), { purpose, tried: after, random: 1 });
			const [now, next] = [ceiling(tried), ceiling(tried + 1)];
			if (now === null) expect(next).toBeNull();
			else if (next !== null) expect(next).toBeGreaterThanOrEqual(now);
		}),
	);
});

it('ends, and has paused for less than ten minutes by then', () => {
	for (const kind of KINDS) {
		for (const purpose of PURPOSES) {
			let total = 0;
			let tried = 1;
			for (; tried < 100; tried++) {
				const pause = retryPauseMs(failure(kind, 90_000), { purpose, tried, random: 1 });
				if (pause === null) break;
				total += pause;
			}
			expect(tried).toBeLessThanOrEqual(12);
			expect(total).toBeLessThan(600_000);
		}
	}
});

it.each([
	[0, 750],
	[749, 750],
	[751, 751],
	[90_000, 90_000],
	[90_001, null],
	[3_600_000, null],
	[Infinity, null],
])('told to wait for %p ms it waits for %p', (retryAfterMs, wanted) => {
	for (const purpose of PURPOSES) {
		const attempt = { purpose, tried: 1, random: 0.5 };
		expect(retryPauseMs(failure('unreachable', retryAfterMs), attempt)).toBe(wanted);
		// The limiter sees to it, unless it is too long for any request.
		const paced = retryPauseMs(failure('rate-limited', retryAfterMs), attempt);
		expect(paced).toBe(wanted === null ? null : 0);
	}
});
