import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Machine {
	platform: NodeJS.Platform;
	env: NodeJS.ProcessEnv;
	exists: (path: string) => boolean;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const WINDOWS_PARTS = [
	['Google', 'Chrome', 'Application', 'chrome.exe'],
	['Chromium', 'Application', 'chrome.exe'],
	['Microsoft', 'Edge', 'Application', 'msedge.exe'],
];

const MAC_APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];

/** The usual places of a Chromium on this kind of machine, best first. */
function usualPlaces({ platform, env }: Machine): string[] {
	if (platform === 'win32') {
		const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA];
		return roots
			.filter((root): root is string => root !== undefined && root !== '')
			.flatMap((root) => WINDOWS_PARTS.map((parts) => join(root, ...parts)));
	}
	if (platform === 'darwin') {
		return MAC_APPS.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
	}
	const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
	return NAMES.flatMap((name) => [...folders, '/usr/bin'].map((folder) => join(folder, name)));
}

/**
 * The path of a Chromium or Chrome that is installed already, or `undefined`. `CHROMIUM_PATH`
 * overrides the search; a wrong one is an error, since the user set it.
 */
export function findBrowser(
	machine: Machine = { platform: process.platform, env: process.env, exists: existsSync },
): string | undefined {
	const given = machine.env.CHROMIUM_PATH;
	if (given !== undefined && given !== '') {
		if (machine.exists(given)) return given;
		throw new Error(`CHROMIUM_PATH is ${given}, but there is no such file.`);
	}
	return usualPlaces(machine).find((place) => machine.exists(place));
}
