import { residentMegabytes } from '../bench/rig/memory';
import { liveMegabytes } from '../server/support/testServer/liveMemory';
import type { Deployment, Watched } from './deployment';
import type { SoakLog } from './soakLog';
import type { Supervisor } from './supervisor';

/** What was seen at one moment of the soak. */
export interface Sample {
	/** Since the start. */
	minute: number;
	/** Videos created so far. */
	videos: number;
	databaseBytes: number;
	processes: Array<{ name: string; life: number; live: number | undefined; resident: number }>;
}

export interface MeasureParts {
	log: SoakLog;
	supervisor: Supervisor;
	/** Where the samples go. */
	samples: Sample[];
}

/** Takes a sample each minute and says how things are, until all is over. */
export async function measure(
	deployment: Deployment,
	{ log, supervisor, samples }: MeasureParts,
): Promise<void> {
	const { control } = deployment.testServer.sandbox;
	for (let minute = 1; !log.over; minute++) {
		await log.at(minute * 60_000);
		await log.attempt(`minute ${minute}`, async () => {
			const { tasks, acceptedPosts: videos } = await control.state(Date.now());
			const sample = await sampleOf(deployment, { minute, videos });
			samples.push(sample);
			const made = tasks.filter(({ status }) => status === 'COMPLETED').length;
			const memory = sample.processes.map(
				({ name, live }) => `${name} ${live?.toFixed(0) ?? '?'} MB`,
			);
			log.say(
				`minute ${minute}: ${supervisor.counts.executions} executions started, ${supervisor.live} under way, ${made} of ${videos} videos made, ` +
					`database ${(sample.databaseBytes / 1e6).toFixed(1)} MB, ${memory.join(', ')}`,
			);
		});
	}
}

async function sampleOf(
	deployment: Deployment,
	{ minute, videos }: Pick<Sample, 'minute' | 'videos'>,
): Promise<Sample> {
	const processes: Sample['processes'] = [];
	for (const each of deployment.watched) {
		const { pid } = each.process;
		if (pid === 0) continue;
		const live = await liveOf(each);
		try {
			processes.push({ name: each.name, life: each.life, live, resident: residentMegabytes(pid) });
		} catch {
			// It ended meanwhile.
		}
	}
	return { minute, videos, databaseBytes: await deployment.databaseBytes(), processes };
}

/** Megabytes after a full garbage collection; undefined where the process does not respond. */
async function liveOf({ process, bornAt }: Watched): Promise<number | undefined> {
	const port = /Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(process.log().slice(bornAt));
	if (port === null) return undefined;
	const timeout = new Promise<undefined>((resolve) => setTimeout(resolve, 20_000, undefined));
	return await Promise.race([liveMegabytes(Number(port[1])).catch(() => undefined), timeout]);
}
