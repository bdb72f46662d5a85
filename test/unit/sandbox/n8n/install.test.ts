import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { countUnpacked } from '../../../../sandbox/n8n/install';
import { progressLine } from '../../../../sandbox/n8n/installProgress';
import { lastLines, NpmError } from '../../../../sandbox/n8n/npm';

describe('progress of the installation', () => {
	it('counts unpacked packages, and not the folders npm made ahead', () => {
		const folder = mkdtempSync(join(tmpdir(), 'happy-horse-count-'));
		const paths = ['whole', '@scope/whole', 'empty'].map((name) => `node_modules/${name}`);
		for (const path of paths) {
			mkdirSync(join(folder, path), { recursive: true });
			if (!path.endsWith('empty')) writeFileSync(join(folder, path, 'package.json'), '{}');
		}
		expect(countUnpacked(folder, paths)).toBe(2);
		expect(countUnpacked(join(folder, 'missing'), paths)).toBe(0);
		rmSync(folder, { recursive: true });
	});

	it.each([
		[0, 10, 'opening the packages (10 s)'],
		[500, 20, '500 of 1750 packages (20 s, about 50 s left)'],
		[350, 30, '350 of 1750 packages (30 s, about 2 min 0 s left)'],
		[1749, 90, '1749 of 1750 packages (90 s, about 10 s left)'],
		[1750, 100, 'all 1750 packages are there, compiling the database driver (100 s)'],
	])('says after %d packages and %d seconds: %s', (done, seconds, line) => {
		expect(progressLine({ done, total: 1750, seconds })).toBe(line);
	});
});

describe('a failed npm', () => {
	it.each([
		['npm error code ENOTFOUND\nnpm error syscall getaddrinfo', true],
		['npm error network request to https://registry.npmjs.org failed', true],
		['npm error code E404', false],
	])('tells a missing network from other errors: %j', (output, isNetwork) => {
		expect(new NpmError('install', output).isNetwork).toBe(isNetwork);
	});

	it('shows the end of what npm said', () => {
		expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc');
	});
});
