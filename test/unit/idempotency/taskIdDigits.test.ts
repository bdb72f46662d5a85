import fc from 'fast-check';

import { digitsOf, readingOf } from '../../../nodes/HappyHorse/idempotency/taskIdDigits';

const UUID = '046b6c7f-0b8a-43b9-b35d-6489e6daee91';

const MAX_BYTES = 256;

/** Text that UTF-8 can hold. */
const text = fc
	.string({ unit: 'binary', minLength: 1, maxLength: 300 })
	.filter(
		(value) => Buffer.byteLength(value) <= MAX_BYTES && Buffer.from(value).toString() === value,
	);

const taskId = fc.oneof(fc.uuid(), text, fc.stringMatching(/^[\w-]{1,64}$/));

/** What is read from a row that holds these entries. */
function read(held: readonly string[], count = held.length): string | null | undefined {
	const reading = readingOf(count);
	return reading?.decode(reading.candidates.filter((entry) => held.includes(entry)));
}

it('holds a UUID in 32 entries, its digits by place', () => {
	const entries = digitsOf(UUID);
	expect(entries).toHaveLength(32);
	expect(entries.slice(0, 3)).toEqual(['0:0', '1:4', '2:6']);
	expect(entries.at(-1)).toBe('31:1');
});

it.each([
	['another text', 'task-1', 13],
	['a UUID in capitals, which has to come back as it was', UUID.toUpperCase(), 73],
	['a UUID without dashes', UUID.replaceAll('-', ''), 65],
	['a UUID with something in front', `x${UUID}`, 75],
	['a UUID with something behind', `${UUID}x`, 75],
	['the longest text', 'x'.repeat(MAX_BYTES), 513],
])('holds %s in two entries for each byte and one more', (_, id, count) => {
	const entries = digitsOf(id);
	expect(entries).toHaveLength(count);
	expect(new Set(entries).size).toBe(count);
	expect(read(entries)).toBe(id);
});

it('gives back what was put in', () => {
	fc.assert(fc.property(taskId, (id) => expect(read(digitsOf(id))).toBe(id)));
});

it('tries every entry that the row may hold, and none twice', () => {
	fc.assert(
		fc.property(taskId, (id) => {
			const entries = digitsOf(id);
			const { candidates } = readingOf(entries.length)!;
			expect(candidates).toEqual(expect.arrayContaining(entries));
			expect(new Set(candidates).size).toBe(candidates.length);
			expect(candidates.length).toBeLessThanOrEqual(16 * entries.length + 1);
		}),
		{ numRuns: 30 },
	);
});

it('makes nothing of a row that lacks a digit', () => {
	fc.assert(
		fc.property(taskId, fc.nat(), (id, at) => {
			const entries = digitsOf(id);
			const held = entries.toSpliced(at % entries.length, 1);
			// Whether the count was taken before or after the digit was lost.
			expect(read(held, entries.length)).toBeNull();
			expect(read(held) ?? null).not.toBe(id);
		}),
	);
});

it('makes nothing of a row that has a digit too many', () => {
	fc.assert(
		fc.property(taskId, fc.nat(), (id, at) => {
			const entries = digitsOf(id);
			const free = readingOf(entries.length)!.candidates.filter((one) => !entries.includes(one));
			const held = [...entries, free[at % free.length]!];
			expect(read(held, entries.length)).toBeNull();
			expect(read(held) ?? null).toBeNull();
		}),
	);
});

it('makes nothing of two digits at one place and none at another', () => {
	const [, ...rest] = digitsOf(UUID);
	expect(read([...rest, '1:f'])).toBeNull();
	const [, ...letters] = digitsOf('task-1');
	expect(read([...letters, '1:f'])).toBeNull();
});

it('never throws, whatever the row holds', () => {
	const entry = fc.oneof(
		fc.tuple(fc.nat(40), fc.constantFrom(...'0123456789abcdefg')).map(([at, x]) => `${at}:${x}`),
		fc.constantFrom('text', 'claimed', ''),
	);
	fc.assert(
		fc.property(fc.array(entry), fc.integer({ min: -5, max: 600 }), (found, count) => {
			const decoded = readingOf(count)?.decode(found) ?? null;
			expect(decoded === null || typeof decoded === 'string').toBe(true);
		}),
	);
});

it.each([-3, -1, 0, 1, 2, 4, 30, 34, 514, 515, 516, 1000])('no task ID has %i entries', (count) => {
	expect(readingOf(count)).toBeNull();
});

it.each([3, 5, 31, 32, 33, 513])('a task ID may have %i entries', (count) => {
	expect(readingOf(count)).not.toBeNull();
});
