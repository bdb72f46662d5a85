import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

interface Machine {
	platform: NodeJS.Platform;
	env: NodeJS.ProcessEnv;
	home: string;
}

/**
 * The folder where Node 24 and n8n are kept between runs. `HAPPY_HORSE_CACHE` overrides it.
 * The same rules as in sandbox/onNode24.mjs, which has to run before TypeScript can.
 */
export function cacheFolder(
	machine: Machine = { platform: process.platform, env: process.env, home: homedir() },
): string {
	const { platform, env, home } = machine;
	if (env.HAPPY_HORSE_CACHE) return resolve(env.HAPPY_HORSE_CACHE);
	const base =
		platform === 'win32'
			? env.LOCALAPPDATA || join(home, 'AppData', 'Local')
			: env.XDG_CACHE_HOME || join(home, '.cache');
	return join(base, 'n8n-nodes-happy-horse');
}
