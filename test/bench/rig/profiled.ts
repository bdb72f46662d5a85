import { writeFileSync } from 'node:fs';

import { evaluate, inspect } from '../../server/support/testServer/inspector';
import type { CpuProfile } from './cpuShares';

/** Microseconds between two samples: n8n's work on one webhook is some hundred of them. */
const SAMPLE_MICROSECONDS = 200;

export interface Profiled {
	/** What the main thread did. */
	profile: CpuProfile;
	/** Milliseconds of CPU that all threads of n8n used together. */
	cpuMs: number;
}

interface CpuUsage {
	user: number;
	system: number;
}

/** Takes a CPU profile of n8n while `work` runs, and leaves it in `file`: Chrome DevTools and editors open it. */
export async function profiled(
	inspectorPort: number,
	file: string,
	work: () => Promise<void>,
): Promise<Profiled> {
	return await inspect(inspectorPort, async (send) => {
		const cpuMs = async () => {
			const { user, system } = await evaluate<CpuUsage>(send, 'process.cpuUsage()');
			return (user + system) / 1000;
		};
		await send('Profiler.enable');
		await send('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
		const before = await cpuMs();
		await send('Profiler.start');
		await work();
		const used = (await cpuMs()) - before;
		const { profile } = await send<{ profile: CpuProfile }>('Profiler.stop');
		writeFileSync(file, JSON.stringify(profile));
		return { profile, cpuMs: used };
	});
}
