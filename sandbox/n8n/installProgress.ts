/** How far an installation has come. */
export interface Progress {
	done: number;
	total: number;
	seconds: number;
}

/** `1 min 20 s`, or `20 s`; rounded to what an estimate is worth. */
function inWords(seconds: number): string {
	const rounded = Math.max(10, Math.round(seconds / 10) * 10);
	const minutes = Math.floor(rounded / 60);
	return minutes === 0 ? `${rounded} s` : `${minutes} min ${rounded % 60} s`;
}

/**
 * One line about an installation: what has been unpacked, and how long the rest will take at the pace so far. npm spends its first
 * seconds with reading and opening connections, in which there is no pace to go by.
 */
export function progressLine({ done, total, seconds }: Progress): string {
	if (done === 0) return `opening the packages (${seconds} s)`;
	if (done >= total)
		return `all ${total} packages are there, compiling the database driver (${seconds} s)`;
	const left = (seconds / done) * (total - done);
	return `${done} of ${total} packages (${seconds} s, about ${inWords(left)} left)`;
}
