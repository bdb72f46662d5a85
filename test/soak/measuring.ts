import { residentMegabytes } from '../bench/rig/memory';
import { liveMegabytes } from '../server/support/testServer/liveMemory';
import type { Stage, Watched } from './stage';

/** What was seen at one moment of the soak. */
export interface Sample {
	/** Since the start. */
	minute: number;
	/** Videos created so far. */
	videos: number;
	databaseBytes: number;
	processes: Array<{ name: string; life: number; live: number | undefined; resident: number }>;
}

export async function sampleOf(
	stage: Stage,
	{ minute, videos }: Pick<Sample, 'minute' | 'videos'>,
): Promise<Sample> {
	const processes: Sample['processes'] = [];
	for (const each of stage.watched) {
		const { pid } = each.process;
		if (pid === 0) continue;
		const live = await liveOf(each);
		try {
			processes.push({ name: each.name, life: each.life, live, resident: residentMegabytes(pid) });
		} catch {
			// It ended meanwhile.
		}
	}
	return { minute, videos, databaseBytes: await stage.databaseBytes(), processes };
}

/** Megabytes after a full garbage collection; undefined where the process does not respond. */
async function liveOf({ process, bornAt }: Watched): Promise<number | undefined> {
	const port = /Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(process.log().slice(bornAt));
	if (port === null) return undefined;
	const timeout = new Promise<undefined>((resolve) => setTimeout(resolve, 20_000, undefined));
	return await Promise.race([liveMegabytes(Number(port[1])).catch(() => undefined), timeout]);
}
