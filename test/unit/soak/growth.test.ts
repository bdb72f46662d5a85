import { databasePerVideo, memoryGrowth } from '../../soak/growth';
import type { Sample } from '../../soak/samples';

const sample = (minute: number, changes: Partial<Sample> = {}): Sample => ({
	minute,
	videos: minute * 10,
	databaseBytes: minute * 10 * 500,
	processes: [{ name: 'n8n', life: 1, live: 200, resident: 400 }],
	...changes,
});

const minutes = (from: number, to: number) =>
	Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('databasePerVideo', () => {
	it('is the same early and late when each video takes the same', () => {
		const samples = minutes(1, 40).map((minute) => sample(minute));
		expect(databasePerVideo(samples)).toEqual({ early: 500, late: 500 });
	});

	it('shows that later videos take more', () => {
		const samples = minutes(1, 40).map((minute) =>
			sample(minute, { databaseBytes: minute > 30 ? minute * 20_000 : minute * 5000 }),
		);
		const { early, late } = databasePerVideo(samples);
		expect(early).toBe(500);
		expect(late).toBeGreaterThan(1999);
	});

	it('says nothing about a run without videos', () => {
		const samples = minutes(1, 8).map((minute) => sample(minute, { videos: 0 }));
		expect(databasePerVideo(samples)).toEqual({ early: NaN, late: NaN });
	});
});

describe('memoryGrowth', () => {
	it('compares the ends of the longest life, without its warm-up', () => {
		const samples = minutes(1, 40).map((minute) => {
			const life = minute <= 10 ? 1 : 2;
			// Both lives begin small; only the second is long enough to be looked at.
			const live = minute - 10 * (life - 1) <= 4 ? 50 : 100 + minute;
			return sample(minute, { processes: [{ name: 'n8n', life, live, resident: 400 + minute }] });
		});
		expect(memoryGrowth(samples)).toEqual([
			{
				name: 'n8n',
				minutes: 25,
				first: 118.5,
				last: 136.5,
				firstResident: 415,
				lastResident: 433,
				videos: 250,
			},
		]);
	});

	it('leaves out a process that was never watched for long, and samples without a response', () => {
		const samples = minutes(1, 10).map((minute) =>
			sample(minute, {
				processes: [
					{ name: 'main', life: minute, live: 100, resident: 200 },
					{ name: 'worker', life: 1, live: minute % 2 === 0 ? 100 : undefined, resident: 200 },
				],
			}),
		);
		expect(memoryGrowth(samples)).toEqual([]);
	});
});
