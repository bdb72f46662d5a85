import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

const PAGES = [
	'README.md',
	'CHANGELOG.md',
	'docs/costs-and-retries.md',
	'examples/README.md',
	'sandbox/api/README.md',
	'.github/SUBMISSION.md',
];

const read = (page: string) => readFileSync(path.join(ROOT, page), 'utf8');

/** The name that GitHub gives a heading. */
const anchorOf = (heading: string) =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, '')
		.replace(/ /g, '-');

/** Headings, and rows of tables that have a name of their own. */
const anchorsIn = (page: string) => [
	...[...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)),
	...[...read(page).matchAll(/<a id="([^"]+)">/g)].map(([, name = '']) => name),
];

/** Links within the project; what lies on the web is not asked here. */
const linksIn = (page: string) =>
	[...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
		.map(([, link = '']) => link)
		.filter((link) => !/^https?:/.test(link));

it.each(PAGES)('every link of %s leads somewhere', (page) => {
	const dead = linksIn(page).filter((link) => {
		const [file = '', anchor] = link.split('#');
		const target = file === '' ? page : path.join(path.dirname(page), file);
		if (!existsSync(path.join(ROOT, target))) return true;
		return anchor !== undefined && !anchorsIn(target).includes(anchor);
	});
	expect(dead).toEqual([]);
});

it('README.md leads to each of its chapters', () => {
	const chapters = [...read('README.md').matchAll(/^## (.+)$/gm)].map(
		([, heading = '']) => `#${anchorOf(heading)}`,
	);
	expect(chapters.length).toBeGreaterThan(10);
	const links = linksIn('README.md');
	expect(chapters.filter((chapter) => !links.includes(chapter))).toEqual([]);
});
