import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { filesBelow } from './pack';

const checkout = resolve(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'happy-horse-icons-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('copies icons byte for byte beside the compiled classes, and nothing else', () => {
	// Every byte value, most of which are not UTF-8.
	const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
	const icons = ['credentials/sample.svg', 'nodes/Sample/sample.png'];
	for (const path of [...icons, 'nodes/Sample/Sample.node.ts', 'docs/sample.png']) {
		mkdirSync(join(folder, path, '..'), { recursive: true });
		writeFileSync(join(folder, path), bytes);
	}
	const gulp = join(checkout, 'node_modules/gulp/bin/gulp.js');
	const file = join(checkout, 'gulpfile.js');
	const flags = ['--silent', '--gulpfile', file, '--cwd', folder, 'build:icons'];
	execFileSync(process.execPath, [gulp, ...flags]);

	expect(filesBelow(join(folder, 'dist'))).toEqual(icons);
	for (const path of icons) expect(readFileSync(join(folder, 'dist', path))).toEqual(bytes);
});
