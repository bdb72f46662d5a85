import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The list of files in docs/architecture.md. */
const ROOT = path.resolve(__dirname, '../../..');

const PAGE = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8');

interface Line {
	/** From the root of the project: a folder ends in a slash, `*` stands for a name. */
	place: string;
	words: string;
	/** Whether further lines tell what is in it. */
	isOpened: boolean;
}

const [, tree = ''] = /\n```\n(credentials\/\n[^`]*)\n```\n/.exec(PAGE) ?? [];

/** Two spaces further in means: inside the folder above. */
function linesOf(text: string): Line[] {
	const folders: string[] = [];
	const rows = text.split('\n').filter((row) => row !== '');
	return rows.map((row, index) => {
		const [, indent = '', name = '', words = ''] = /^( *)(\S+) *(.*)$/.exec(row) ?? [];
		const depth = indent.length / 2;
		folders.length = depth;
		const place = folders.join('') + name;
		folders[depth] = name;
		return { place, words, isOpened: rows[index + 1]?.startsWith(`${indent}  `) ?? false };
	});
}

const lines = linesOf(tree);

const filesBelow = (folder: string): string[] =>
	readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
		.map((file) => file.split(path.sep).join('/'));

/** What lies in a folder itself; folders end in a slash. */
const inside = (folder: string): string[] =>
	readdirSync(path.join(ROOT, folder), { withFileTypes: true }).map(
		(entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`,
	);

function isAbout({ place, isOpened }: Line, file: string): boolean {
	// A folder of which no more is told stands for all that is in it.
	if (place.endsWith('/')) return !isOpened && file.startsWith(place);
	const pattern = place.split('*').map((part) => part.replace(/[.]/g, '\\.'));
	return new RegExp(`^${pattern.join('[^/]*')}$`).test(file);
}

/** Each with the number of lines about it. */
const told = (files: string[]): Array<[string, number]> =>
	files.map((file) => [file, lines.filter((line) => isAbout(line, file)).length]);

const once = (files: string[]): Array<[string, number]> => files.map((file) => [file, 1]);

it('is there', () => {
	expect(lines.length).toBeGreaterThan(80);
	expect(lines[0]).toEqual({ place: 'credentials/', words: '', isOpened: true });
});

it('has one line for each file that users get', () => {
	const files = ['credentials', 'nodes'].flatMap(filesBelow);
	expect(files.length).toBeGreaterThan(80);
	expect(told(files)).toEqual(once(files));
});

it('has a line of its own for each file with code', () => {
	const grouped = lines.filter(
		({ place, isOpened }) => place.includes('*') || (place.endsWith('/') && !isOpened),
	);
	const code = ['credentials', 'nodes'].flatMap(filesBelow).filter((file) => file.endsWith('.ts'));
	expect(code.filter((file) => grouped.some((line) => isAbout(line, file)))).toEqual([]);
});

it('has one line for each folder of the sandbox and the tests', () => {
	const places = ['sandbox/', 'test/'].flatMap(inside);
	expect(places.length).toBeGreaterThan(10);
	expect(told(places)).toEqual(once(places));
});

it('has no line for what is gone', () => {
	const gone = lines.filter(({ place }) => {
		if (!place.includes('*')) return !existsSync(path.join(ROOT, place));
		const folder = place.slice(0, place.lastIndexOf('/') + 1);
		return !inside(folder).some((file) => isAbout({ place, words: '', isOpened: false }, file));
	});
	expect(gone).toEqual([]);
});

it('says something about each, and about no two the same', () => {
	const files = lines.filter(({ place }) => !place.endsWith('/'));
	expect(files.filter(({ words }) => words === '')).toEqual([]);
	const icons = files.filter(({ place }) => place.endsWith('.svg'));
	const words = files.filter((line) => !icons.includes(line)).map((line) => line.words);
	expect(new Set(words).size).toBe(words.length);
});
