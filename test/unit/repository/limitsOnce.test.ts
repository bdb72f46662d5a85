import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const NODES = path.resolve(__dirname, '../../../nodes/HappyHorse');

const files = ['fields', 'resources', 'media', 'operations'].flatMap((folder) =>
	readdirSync(path.join(NODES, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => path.join(folder, file)),
);

/** The code without comments: reasons may name a number. */
const codeOf = (file: string) =>
	readFileSync(path.join(NODES, file), 'utf8')
		.replace(/\/\*[^]*?\*\//g, '')
		.replace(/^\s*\/\/.*$/gm, '');

/**
 * The numbers of limits and defaults of fields, in all ways of writing them. Label, hint, description, check and message are
 * made from the one that the field has.
 */
const NUMBERS = {
	...{ 'Max Wait': 1440, 'Poll Interval': 3600, 'Max Total Duration': 86_400 },
	...{ 'Max Download Size': 100_000, Limit: 1_000_000, Seed: 2_147_483_647 },
	...{ Prompt: 2500, 'Reference prompt': 5000, 'Idempotency Key': 256 },
	...{
		'sides of a source video': 2160,
		'least side of a source video': 320,
		'reference side': 400,
	},
};

const waysToWrite = (number: number) => [
	String(number),
	...[',', '_', ' '].map((gap) => String(number).replace(/\B(?=(\d{3})+$)/g, gap)),
];

it.each(Object.entries(NUMBERS))('%s: the limit %d is written once', (_, number) => {
	const ways = [...new Set(waysToWrite(number))].join('|');
	const pattern = new RegExp(`(?<![\\w.])(?:${ways})(?![\\w.]|,\\d{3})`, 'g');
	const places = files.flatMap((file) => (codeOf(file).match(pattern) ?? []).map(() => file));
	expect(places).toHaveLength(1);
});

it('no text of a field has a number that its limits do not give', () => {
	const texts = files
		.filter((file) => file.startsWith('fields'))
		.flatMap((file) =>
			[...codeOf(file).matchAll(/(?:label|description|hint|unit): '([^'\n]*)'/g)].map(
				([, text = '']) => [file, text] as const,
			),
		);
	expect(texts.length).toBeGreaterThan(30);
	const withNumbers = texts.filter(([, text]) =>
		/\d/.test(text.replace(/Happy Horse 1\.[01]|503|n8n/g, '')),
	);
	expect(withNumbers).toEqual([]);
});
