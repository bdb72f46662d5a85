import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const runner = read('test/run.ts');

const names = (list = '') => [...list.matchAll(/(\w+)/g)].map(([, name = '']) => name);

/** The layers of tests that there are, in their order. */
const layers = [
	...(runner.split('const layers')[1] ?? '').split('\n};')[0]!.matchAll(/^\t(\w+): \[/gm),
];

const [, heavy] = /const heavy = \[([^\]]*)\]/.exec(runner) ?? [];

const usual = layers.map(([, name = '']) => name).filter((name) => !names(heavy).includes(name));

/** The layers that the steps of a workflow name. */
const named = (workflow: string) =>
	[...workflow.matchAll(/run: npm test -- ([a-z ]+)$/gm)].flatMap(([, list]) => names(list));

it('CI runs each layer of npm test once, in the same order, in steps of its own', () => {
	expect(usual.length).toBeGreaterThan(5);
	expect(named(read('.github/workflows/ci.yml'))).toEqual(usual);
});

it('CI runs the slow layers, too, and each is in test:full', () => {
	expect(read('.github/workflows/ci.yml')).toMatch(/run: npm run test:full$/m);
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	expect(names(scripts['test:full']?.split('run.ts')[1])).toEqual(['build', ...names(heavy)]);
});

it('nothing is published that was not tested, or under another name than its version', () => {
	const steps = [...read('.github/workflows/publish.yml').matchAll(/run: (?:\|\n)?\s*(.+)$/gm)];
	const commands = steps.map(([, command = '']) => command);
	const at = (start: string) => commands.findIndex((command) => command.startsWith(start));
	expect(at('test "$GITHUB_REF_NAME"')).toBeGreaterThanOrEqual(0);
	expect(at('npm test')).toBeGreaterThan(at('test "$GITHUB_REF_NAME"'));
	expect(at('node sandbox/onNode24.mjs tsx test/unit/contract/record.ts')).toBeGreaterThan(0);
	expect(at('npm publish')).toBe(commands.length - 1);
	expect(commands).toContain('npm test');
});
