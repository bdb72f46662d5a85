import { Settling } from '../../../nodes/HappyHorse/waiting/settling';
import type { SettlingEntry } from '../../../nodes/HappyHorse/waiting/settlingRegistry';
import { SettlingRegistry } from '../../../nodes/HappyHorse/waiting/settlingRegistry';
import { START } from '../support/fakeClock';
import { videoAt } from '../support/scriptedApi';
import { MINUTE } from './settlingFixture';

const ENDS_AT = START + 30 * MINUTE;

const task = (task_id = 't0') => ({
	task_id,
	status: 'COMPLETED',
	generated: [videoAt(task_id)],
	extra: {},
});

const make = (endsAt = ENDS_AT) =>
	new Settling({
		awaited: [
			{ endpoint: 'image-to-video/happy-horse-1', taskId: 't0' },
			{ endpoint: 'image-to-video/happy-horse-1', taskId: 't1' },
		],
		endsAt,
		finalBefore: [],
	});

const at = (now: number, endsAt = ENDS_AT) => ({ now, make: () => make(endsAt) });

const runOf = async <R>(
	settlings: SettlingRegistry,
	entry: SettlingEntry,
	work: () => Promise<R>,
) => await settlings.run(entry, { work, wakeUp: null });

it('keeps one entry for a wait, and others for others', () => {
	const settlings = new SettlingRegistry();
	const first = settlings.of('a', at(START));
	expect(settlings.of('a', at(START + 1000))).toBe(first);
	expect(settlings.of('b', at(START))).not.toBe(first);
});

describe('a wait that was continued', () => {
	it('is remembered until n8n has surely taken its result, then forgotten', () => {
		const settlings = new SettlingRegistry();
		const entry = settlings.of('a', at(START));
		entry.continuedAt = START + 1000;
		expect(settlings.of('a', at(START + 21_000))).toBe(entry);
		expect(settlings.of('a', at(START + 21_001))).not.toBe(entry);
	});
});

describe('a wait that was never continued', () => {
	it('is forgotten some time after its end', () => {
		const settlings = new SettlingRegistry();
		const entry = settlings.of('a', at(START));
		expect(settlings.of('a', at(ENDS_AT + 10 * MINUTE))).toBe(entry);
		expect(settlings.of('a', at(ENDS_AT + 10 * MINUTE + 1))).not.toBe(entry);
	});

	it('is never forgotten while a webhook runs it', async () => {
		const settlings = new SettlingRegistry();
		const entry = settlings.of('a', at(START));
		let finish = () => {};
		const run = runOf(settlings, entry, async () => {
			await new Promise<void>((resolve) => (finish = resolve));
		});
		expect(settlings.of('a', at(ENDS_AT + 60 * MINUTE))).toBe(entry);
		finish();
		await run;
		expect(settlings.of('a', at(ENDS_AT + 60 * MINUTE))).not.toBe(entry);
	});
});

it('keeps no more than what still waits, over any number of waits', () => {
	const settlings = new SettlingRegistry();
	const byKey = (settlings as unknown as { byKey: Map<string, SettlingEntry> }).byKey;
	let most = 0;
	for (let count = 0; count < 5000; count++) {
		const now = START + count * 1000;
		settlings.of(`e${count}`, at(now, now + MINUTE)).continuedAt = now;
		most = Math.max(most, byKey.size);
	}
	expect(most).toBeLessThanOrEqual(22);
});

describe('a webhook that runs a wait', () => {
	it('is known while it does, and gives its result', async () => {
		const settlings = new SettlingRegistry();
		const entry = settlings.of('a', at(START));
		const run = runOf(settlings, entry, async () => await Promise.resolve(5));
		expect(entry.running).toBeInstanceOf(Promise);
		expect(await run).toBe(5);
		expect(entry.running).toBeUndefined();
	});

	it('is over when it fails, for those who wait for it without the failure', async () => {
		const settlings = new SettlingRegistry();
		const entry = settlings.of('a', at(START));
		const run = runOf(settlings, entry, async () => await Promise.reject(new Error('no')));
		await expect(entry.running).resolves.toBeUndefined();
		await expect(run).rejects.toThrow('no');
		expect(entry.running).toBeUndefined();
	});
});

describe('many waits at once', () => {
	/** Waits that run until they are released or ended; the later, the more recently was something heard of it. */
	function crowd(settlings: SettlingRegistry, { count, isSigned = true }: Crowd) {
		const released: number[] = [];
		const woken: number[] = [];
		return {
			released,
			woken,
			waits: Array.from({ length: count }, (_, index) => {
				const entry = settlings.of(`e${index}`, at(START));
				entry.settling.tell(task(), { isSigned, now: START + index });
				let end = () => {};
				const inner = entry.settling.release.bind(entry.settling);
				entry.settling.release = () => {
					released.push(index);
					inner();
					end();
				};
				const work = async () => await new Promise<void>((resolve) => (end = resolve));
				const run = () => {
					entry.settling.isReleased = false;
					void settlings.run(entry, { work, wakeUp });
				};
				const wakeUp = async () => {
					woken.push(index);
					run();
				};
				const open = () => (settlings.makeRoom() ? run() : settlings.park(entry, wakeUp));
				return { entry, open, end: () => end() };
			}),
		};
	}

	interface Crowd {
		count: number;
		/** False where the API has to be polled about the one that had its webhook. */
		isSigned?: boolean;
	}

	const settled = async () => await new Promise((resolve) => setImmediate(resolve));

	it('up to forty stay open', () => {
		const { released, waits } = crowd(new SettlingRegistry(), { count: 40 });
		for (const { open } of waits) open();
		expect(released).toEqual([]);
	});

	it('beyond that, those that have been idle for longest make room, and come back later', async () => {
		const { released, woken, waits } = crowd(new SettlingRegistry(), { count: 50 });
		for (const { open } of waits.slice(0, 40)) open();
		waits[0]!.entry.settling.tell(task('t1'), { isSigned: false, now: START + 1000 });
		for (const { open } of waits.slice(40)) {
			open();
			await settled();
		}
		// The first one has something to read.
		expect(released).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
		expect(woken).toEqual([]);
		for (const { end } of waits.slice(20, 23)) {
			end();
			await settled();
		}
		expect(woken).toEqual([1, 2, 3]);
	});

	it('none of a burst is released twice in place of another', () => {
		const { released, waits } = crowd(new SettlingRegistry(), { count: 50 });
		for (const { open } of waits) open();
		expect(new Set(released).size).toBe(10);
	});

	it('none that has something to read is released: what comes later is parked until there is room', async () => {
		const { released, woken, waits } = crowd(new SettlingRegistry(), {
			count: 60,
			isSigned: false,
		});
		for (const { open } of waits) open();
		expect(released).toEqual([]);
		await settled();
		expect(woken).toEqual([]);
		for (const { end } of waits.slice(0, 40)) {
			end();
			await settled();
		}
		expect(woken).toEqual(Array.from({ length: 20 }, (_, index) => 40 + index));
	});

	it('one that has its webhook open again is not woken any more', async () => {
		const { woken, waits } = crowd(new SettlingRegistry(), { count: 42, isSigned: false });
		for (const { open } of waits) open();
		waits[0]!.end();
		waits[40]!.open();
		await settled();
		waits[1]!.end();
		await settled();
		expect(woken.filter((index) => index === 40).length).toBeLessThanOrEqual(1);
		expect(woken).toContain(41);
	});
});
