import type { Row } from '../measure';
import type { Spread } from '../rig/statistics';
import { ratioOf, spreadOf } from '../rig/statistics';

/** Three digits that count; whole numbers from a hundred on. */
export function numberText(value: number): string {
	if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
	return String(Number(value.toPrecision(3)));
}

/** `2.1 (2–2.3)`, or the number alone when all runs gave the same. */
export function spreadText({ median, least, most }: Spread): string {
	const [middle, low, high] = [median, least, most].map(numberText);
	return low === high ? middle! : `${middle} (${low}–${high})`;
}

export interface Compared {
	contender: string;
	spread: Spread;
	/** How many times better the first contender is; undefined for the first itself, and where one of the two is 0. */
	ratio: Spread | undefined;
}

/** All contenders of a row, compared with its first. */
export function compared({ runs, better }: Row): Compared[] {
	const [[, first = []] = []] = Object.entries(runs);
	return Object.entries(runs).map(([contender, values], index) => {
		const ratio = better === 'less' ? ratioOf(values, first) : ratioOf(first, values);
		// Nothing is any number of times better than nothing.
		const isTold = index > 0 && Number.isFinite(ratio.most) && ratio.least > 0;
		return { contender, spread: spreadOf(values), ratio: isTold ? ratio : undefined };
	});
}
