import type { InstallTools, Ran } from '../../../../sandbox/browser/install';
import { installedBrowser } from '../../../../sandbox/browser/install';

const INSTALL = 'apt-get install -y --no-install-recommends chromium';

/** A machine on which `respond` stands for the commands; Chromium is there once one of them says so. */
function machine(respond: (command: string) => Ran & { brings?: boolean }, isRoot = true) {
	let there = false;
	const commands: string[] = [];
	const tools: InstallTools = {
		find: () => (there ? '/usr/bin/chromium' : undefined),
		run: (program, args) => {
			const command = [program, ...args].join(' ');
			commands.push(command);
			const { brings, ...ran } = respond(command);
			there ||= brings === true;
			return ran;
		},
		isRoot,
		report: () => undefined,
	};
	return { tools, commands };
}

const works = { works: true, output: '' };

describe('installing a browser', () => {
	it('runs nothing when one is there', () => {
		const { tools, commands } = machine(() => works);
		expect(installedBrowser({ ...tools, find: () => '/opt/chrome' })).toBe('/opt/chrome');
		expect(commands).toEqual([]);
	});

	it('installs the package of the system as root', () => {
		const { tools, commands } = machine((command) => ({ ...works, brings: command === INSTALL }));
		expect(installedBrowser(tools)).toBe('/usr/bin/chromium');
		expect(commands).toEqual(['apt-get --version', INSTALL]);
	});

	it('fetches the list of packages first where there is none', () => {
		let updated = false;
		const { tools, commands } = machine((command) => {
			if (command === 'apt-get update') updated = true;
			if (command !== INSTALL) return works;
			return { works: updated, output: 'E: Unable to locate package', brings: updated };
		});
		expect(installedBrowser(tools)).toBe('/usr/bin/chromium');
		expect(commands).toEqual(['apt-get --version', INSTALL, 'apt-get update', INSTALL]);
	});

	it('uses sudo when it is not root, and never prompts for a password', () => {
		const brings = (command: string) => command === `sudo -n ${INSTALL}`;
		const { tools } = machine((command) => ({ ...works, brings: brings(command) }), false);
		expect(installedBrowser(tools)).toBe('/usr/bin/chromium');
	});

	it('says what to do where there is no apt', () => {
		const { tools } = machine(() => ({ works: false, output: 'not found' }));
		expect(() => installedBrowser(tools)).toThrow(
			/There is no Chromium on this computer\.\nPlease install Chromium or Google Chrome/,
		);
	});

	it('says why and what to do when apt cannot', () => {
		const { tools } = machine((command) => ({
			works: command === 'apt-get --version',
			output: 'E: no network',
		}));
		expect(() => installedBrowser(tools)).toThrow(
			/could not be installed\.\nE: no network\nPlease install .*CHROMIUM_PATH/s,
		);
	});
});
