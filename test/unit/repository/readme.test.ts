import { readdirSync } from 'node:fs';
import path from 'node:path';

import { anchorOf, linksIn, read } from '../support/pages';

const README = read('README.md');

const links = linksIn('README.md');

it('README.md is short', () => {
	expect(README.split('\n').length).toBeLessThanOrEqual(200);
});

it('README.md has no relative link: npm shows it without the repository', () => {
	expect(links.length).toBeGreaterThan(30);
	expect(links.filter((link) => !/^(https:\/\/|#)/.test(link))).toEqual([]);
});

it('README.md leads to each of its chapters', () => {
	const chapters = [...README.matchAll(/^## (.+)$/gm)].map(
		([, heading = '']) => `#${anchorOf(heading)}`,
	);
	expect(chapters.length).toBeGreaterThan(10);
	expect(chapters.filter((chapter) => !links.includes(chapter))).toEqual([]);
});

it('README.md names each example', () => {
	const examples = readdirSync(path.resolve(__dirname, '../../../examples')).filter((name) =>
		name.endsWith('.json'),
	);
	expect(examples.length).toBeGreaterThan(5);
	const page = read('examples/README.md');
	for (const name of examples) {
		expect(links.some((link) => link.endsWith(`/examples/${name}`)) && name).toBe(name);
		expect(page).toContain(`(${name})`);
	}
});

it('README.md tests with the commands of CI', () => {
	const [, command] = /\n## Tests\n\n```sh\n(.+)\n```\n/.exec(README) ?? [];
	const [, commands = ''] = read('.ci/run').split('cd "$(dirname "$0")/.."\n');
	expect(command).toBe(commands.trim().split('\n').join(' && '));
});
