import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { countPackages } from '../../../../sandbox/n8n/install';
import { lastLines, NpmError } from '../../../../sandbox/n8n/npm';

describe('progress of the installation', () => {
	it('counts unpacked packages, with scopes, and not the folders npm made ahead', () => {
		const folder = mkdtempSync(join(tmpdir(), 'happy-horse-count-'));
		for (const name of ['whole', '@scope/whole', 'empty', '.bin']) {
			mkdirSync(join(folder, name), { recursive: true });
			if (name !== 'empty') writeFileSync(join(folder, name, 'package.json'), '{}');
		}
		expect(countPackages(folder)).toBe(2);
		expect(countPackages(join(folder, 'missing'))).toBe(0);
		rmSync(folder, { recursive: true });
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
