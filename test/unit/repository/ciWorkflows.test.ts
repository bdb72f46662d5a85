import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');

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

/** The lines of all `run`, in their order. */
const commandsOf = (workflow: string) =>
	[...workflow.matchAll(/run: (?:\|\n((?: {10}.+\n)+)|(.+)\n)/g)]
		.flatMap(([, block, line]) => (block ?? line ?? '').trim().split('\n'))
		.map((command) => command.trim());

it('nothing is published that was not tested, or under another name than its version', () => {
	const commands = commandsOf(read('.github/workflows/publish.yml'));
	const order = [
		'test "$GITHUB_REF_NAME" = "v$(node --print \'require("./package.json").version\')"',
		'npm ci',
		'npm test',
		'node sandbox/onNode24.mjs tsx test/unit/contract/record.ts',
		'git diff --exit-code test/unit/contract/published',
		'npm publish --provenance --access public',
	];
	expect(commands.filter((command) => order.includes(command))).toEqual(order);
	expect(commands.at(-1)).toBe(order.at(-1));
});

it('npm is given no token but that of the first release, and only to publish', () => {
	const publish = read('.github/workflows/publish.yml');
	// With a line for a token, even an empty one, npm does not let GitHub say who publishes.
	expect(publish).not.toMatch(/registry-url:|NODE_AUTH_TOKEN/);
	const secrets = publish.split('secrets.').slice(1);
	expect(secrets.map((rest) => rest.split(' ')[0])).toEqual(['NPM_TOKEN']);
	expect(secrets[0]).toMatch(/npm publish/);
});
