import { isDead, linksIn, PAGES, read, repositoryUrlsIn, targetOf } from '../support/pages';

it('knows the pages', () => {
	expect(PAGES).toEqual(
		expect.arrayContaining([
			'README.md',
			'docs/waiting.md',
			'sandbox/api/README.md',
			'SECURITY.md',
		]),
	);
	expect(PAGES.length).toBeGreaterThan(15);
});

it.each(PAGES)('every link of %s leads somewhere', (page) => {
	expect(linksIn(page).filter((link) => isDead(link, page))).toEqual([]);
});

it('notices a file or an anchor that is not there', () => {
	const base = 'https://github.com/n8n-nodes-happy-horse/n8n-nodes-happy-horse';
	const dead = [
		'gone.md',
		'#gone',
		'waiting.md#gone',
		`${base}/blob/main/docs/gone.md`,
		`${base}/blob/main/docs/waiting.md#gone`,
		`${base}#gone`,
	];
	expect(dead.filter((link) => !isDead(link, 'docs/trigger.md'))).toEqual([]);
	const alive = ['waiting.md', `${base}/blob/main/docs/waiting.md#stopping`, `${base}#install`];
	expect(alive.filter((link) => isDead(link, 'docs/trigger.md'))).toEqual([]);
});

it.each([
	'credentials/HappyHorseApi.credentials.ts',
	'nodes/HappyHorse/HappyHorse.node.json',
	'nodes/HappyHorse/HappyHorseTrigger.node.json',
	'package.json',
	'examples/product-reference-video.json',
	'examples/three-images.json',
	'examples/two-workflows-create.json',
	'.github/ISSUE_TEMPLATE/bug.yml',
	'.github/ISSUE_TEMPLATE/question.yml',
])('every URL of the repository in %s leads somewhere', (file) => {
	const urls = repositoryUrlsIn(read(file));
	expect(urls).not.toEqual([]);
	expect(urls.filter((url) => isDead(url, file))).toEqual([]);
});

it('each page of docs can be reached from README.md, over at most one page between', () => {
	const reached = (page: string) =>
		linksIn(page).flatMap((link) => {
			const file = targetOf(link, page)?.file;
			return file === undefined ? [] : [file];
		});
	const near = reached('README.md');
	const all = new Set([...near, ...near.filter((file) => file.endsWith('.md')).flatMap(reached)]);
	const docs = PAGES.filter((page) => page.startsWith('docs/'));
	expect(docs.length).toBeGreaterThan(8);
	expect(docs.filter((page) => !all.has(page))).toEqual([]);
});
