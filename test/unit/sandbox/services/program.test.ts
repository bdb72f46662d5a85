import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { folderOf, postgresFolders } from '../../../../sandbox/services/program';

let folder: string;
const path = process.env.PATH;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'programs-'));
});

afterEach(() => {
	process.env.PATH = path;
	rmSync(folder, { recursive: true });
});

function program(...parts: string[]): void {
	const file = join(folder, ...parts);
	mkdirSync(join(file, '..'), { recursive: true });
	writeFileSync(file, '');
	chmodSync(file, 0o755);
}

it('takes the newest PostgreSQL by its number, not by its letters', () => {
	for (const version of ['9', '15', '14']) program(version, 'bin', 'postgres');
	expect(postgresFolders(folder)).toEqual(
		['15', '14', '9'].map((name) => join(folder, name, 'bin')),
	);
});

it('knows none where Debian has put none', () => {
	expect(postgresFolders(join(folder, 'nowhere'))).toEqual([]);
});

it('finds the folder that has all programs, its own places first', () => {
	program('half', 'one');
	program('whole', 'one');
	program('whole', 'two');
	process.env.PATH = [join(folder, 'half'), join(folder, 'whole')].join(delimiter);
	const wanted = { programs: ['one', 'two'], debianPackage: 'none' };
	expect(folderOf(() => wanted)).toBe(join(folder, 'whole'));
	program('first', 'one');
	program('first', 'two');
	expect(folderOf(() => ({ ...wanted, folders: [join(folder, 'first')] }))).toBe(
		join(folder, 'first'),
	);
});
