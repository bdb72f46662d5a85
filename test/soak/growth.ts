import type { Sample } from './samples';

/** Of the longest life of one process between two starts. */
export interface MemoryGrowth {
	name: string;
	/** Minutes that this life was watched, without its first ones. */
	minutes: number;
	/** Megabytes, the median of the first and of the last third. */
	first: number;
	last: number;
	/** The least size of the process in the same two thirds. */
	firstResident: number;
	lastResident: number;
	/** Videos created meanwhile. */
	videos: number;
}

/** n8n loads some of its code with the first executions. */
const WARM_UP_SAMPLES = 4;

/** How the memory of each process has grown over its longest life. */
export function memoryGrowth(samples: readonly Sample[]): MemoryGrowth[] {
	const names = [...new Set(samples.flatMap(({ processes }) => processes.map(({ name }) => name)))];
	return names.flatMap((name) => {
		const points = samples.flatMap(({ minute, videos, processes }) => {
			const own = processes.find((each) => each.name === name);
			return own?.live === undefined ? [] : [{ ...own, live: own.live, minute, videos }];
		});
		const lives = [...new Set(points.map(({ life }) => life))].map((life) =>
			points.filter((point) => point.life === life).slice(WARM_UP_SAMPLES),
		);
		const longest = lives.sort((a, b) => b.length - a.length)[0] ?? [];
		if (longest.length < 3) return [];
		const third = Math.floor(longest.length / 3);
		const [start, end] = [longest.slice(0, third), longest.slice(-third)];
		return {
			name,
			minutes: longest.at(-1)!.minute - longest[0]!.minute,
			first: median(start.map(({ live }) => live)),
			last: median(end.map(({ live }) => live)),
			firstResident: Math.min(...start.map(({ resident }) => resident)),
			lastResident: Math.min(...end.map(({ resident }) => resident)),
			videos: longest.at(-1)!.videos - longest[0]!.videos,
		};
	});
}

/** Bytes of database for each video created in the second and in the last quarter of the run. */
export function databasePerVideo(samples: readonly Sample[]): { early: number; late: number } {
	const quarter = Math.floor(samples.length / 4);
	const between = (from: Sample | undefined, to: Sample | undefined) =>
		from === undefined || to === undefined || to.videos === from.videos
			? NaN
			: (to.databaseBytes - from.databaseBytes) / (to.videos - from.videos);
	return {
		early: between(samples[quarter], samples[2 * quarter]),
		late: between(samples[samples.length - 1 - quarter], samples.at(-1)),
	};
}

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
