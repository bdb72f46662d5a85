import { delimiter, join } from 'node:path';

import { findBrowser } from '../../../../sandbox/browser/find';

const machine = (
	platform: NodeJS.Platform,
	{ env = {}, files = [] }: { env?: NodeJS.ProcessEnv; files?: string[] },
) => ({ platform, env, exists: (path: string) => files.includes(path) });

describe('finding a browser', () => {
	it.each([
		['linux', join('/usr/bin', 'chromium'), {}],
		['linux', join('/opt/bin', 'google-chrome'), { PATH: ['/bin', '/opt/bin'].join(delimiter) }],
		['darwin', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', {}],
		[
			'win32',
			join('C:\\Program Files', 'Google', 'Chrome', 'Application', 'chrome.exe'),
			{ PROGRAMFILES: 'C:\\Program Files' },
		],
	] as const)('finds the one of %s at %s', (platform, file, env) => {
		expect(findBrowser(machine(platform, { env, files: [file] }))).toBe(file);
	});

	it('takes Chromium before Chrome', () => {
		const files = ['google-chrome', 'chromium'].map((name) => join('/usr/bin', name));
		expect(findBrowser(machine('linux', { files }))).toBe(files[1]);
	});

	it('takes what CHROMIUM_PATH names before all others', () => {
		const files = [join('/usr/bin', 'chromium'), '/opt/mine'];
		const env = { CHROMIUM_PATH: '/opt/mine' };
		expect(findBrowser(machine('linux', { env, files }))).toBe('/opt/mine');
	});

	it('says so when CHROMIUM_PATH names nothing', () => {
		const env = { CHROMIUM_PATH: '/opt/gone' };
		const files = [join('/usr/bin', 'chromium')];
		expect(() => findBrowser(machine('linux', { env, files }))).toThrow(
			'CHROMIUM_PATH is /opt/gone, but there is no such file.',
		);
	});

	it('finds nothing on an empty machine', () => {
		expect(findBrowser(machine('linux', { env: { PATH: '/bin' } }))).toBeUndefined();
	});
});
