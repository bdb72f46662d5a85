import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');

const REPOSITORY = 'https://github.com/n8n-nodes-happy-horse/n8n-nodes-happy-horse';

/** Where GitHub shows a file, a folder, and a file as it is. */
const BASES = [
	`${REPOSITORY}/blob/main/`,
	`${REPOSITORY}/tree/main/`,
	'https://raw.githubusercontent.com/n8n-nodes-happy-horse/n8n-nodes-happy-horse/main/',
];

const FOLDERS = ['.', '.github', '.github/ISSUE_TEMPLATE', 'docs', 'examples', 'sandbox/api'];

/** Everything that people read on GitHub. */
export const PAGES = FOLDERS.flatMap((folder) =>
	readdirSync(path.join(ROOT, folder))
		.filter((name) => name.endsWith('.md') || folder.endsWith('ISSUE_TEMPLATE'))
		.map((name) => path.posix.join(folder, name)),
);

export const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** The name that GitHub gives a heading. */
export const anchorOf = (heading: string) =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, '')
		.replace(/ /g, '-');

/** Headings, and rows of tables that have a name of their own. */
export const anchorsIn = (page: string) => [
	...[...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)),
	...[...read(page).matchAll(/<a id="([^"]+)">/g)].map(([, name = '']) => name),
];

export const linksIn = (page: string) =>
	[...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);

/** The URLs of the repository in any text, such as code or JSON. */
export const repositoryUrlsIn = (text: string) =>
	[...text.matchAll(/https:\/\/[^\s"'`)>\\]+/g)]
		.map(([url]) => url)
		.filter(
			(url) => url.startsWith(`${REPOSITORY}#`) || BASES.some((base) => url.startsWith(base)),
		);

/** The file and the anchor that a link on a page leads to; `null` for other places on the web. */
export function targetOf(link: string, page: string): { file: string; anchor?: string } | null {
	const [place = '', anchor] = link.split('#');
	const base = BASES.find((start) => place.startsWith(start));
	const withAnchor = anchor === undefined ? {} : { anchor };
	if (base !== undefined) return { file: place.slice(base.length), ...withAnchor };
	if (place === REPOSITORY && anchor !== undefined) return { file: 'README.md', anchor };
	if (/^https?:/.test(place)) return null;
	const file = place === '' ? page : path.posix.join(path.posix.dirname(page), place);
	return { file, ...withAnchor };
}

export function isDead(link: string, page: string): boolean {
	const target = targetOf(link, page);
	if (target === null) return false;
	if (!existsSync(path.join(ROOT, target.file))) return true;
	return (
		target.anchor !== undefined && !['readme', ...anchorsIn(target.file)].includes(target.anchor)
	);
}
