import { readdirSync } from 'node:fs';
import path from 'node:path';

import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { HappyHorseApi } from '../../../credentials/HappyHorseApi.credentials';
import { HappyHorse } from '../../../nodes/HappyHorse/HappyHorse.node';
import { HappyHorseTrigger } from '../../../nodes/HappyHorse/HappyHorseTrigger.node';
import { ROWS } from '../../defences/rows';
import { read } from '../support/pages';

/** What pages say of the node, held to the node itself. */
const ROOT = path.resolve(__dirname, '../../..');

/** The labels of a property and of all that can be chosen in it. */
function labelsOf(entry: INodeProperties | INodePropertyOptions): string[] {
	if (!('displayName' in entry)) return [entry.name, entry.action ?? entry.name];
	const options = (entry.options ?? []) as Array<INodeProperties | INodePropertyOptions>;
	return [entry.displayName, withoutUnit(entry.displayName), ...options.flatMap(labelsOf)];
}

/** "Duration" for "Duration (Seconds)": pages and messages name fields without their units. */
const withoutUnit = (label: string) => label.replace(/ \([^)]+\)$/, '');

const node = new HappyHorse().description;
const trigger = new HappyHorseTrigger().description;
const credential = new HappyHorseApi();

const ours = new Set([
	...[...node.properties, ...trigger.properties, ...credential.properties].flatMap(labelsOf),
	...[node.displayName, trigger.displayName, credential.displayName],
]);

/** n8n's own labels, and names of its nodes. */
const N8NS = [
	...['Community nodes', 'Install', 'Settings', 'Credentials', 'Save', 'Manual Trigger'],
	...['Execute workflow', 'Execute step', 'Execute Workflow', 'Retry', 'Retry On Fail', 'On Error'],
	...['Stop Workflow', 'Continue', 'Continue (using error output)', 'Timeout Workflow'],
	...['When Last Node Finishes', 'once with all items', 'once for each item', 'Qwen Cloud'],
];

const USER_PAGES = [
	'README.md',
	'SECURITY.md',
	...readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`),
].filter((page) => !/(architecture|testing|benchmarks|soak)\.md$/.test(page));

/** What is in italics: a label, a way to one, or a setting with its value. */
const italicsIn = (page: string) =>
	[...read(page).matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g)]
		.flatMap(([, text = '']) => text.split(/ → | = /))
		.filter((label) => label !== '');

it.each(USER_PAGES)('%s names labels as they are on the screen', (page) => {
	const labels = italicsIn(page);
	expect(labels).not.toEqual([]);
	expect(labels.filter((label) => !ours.has(label) && !N8NS.includes(label))).toEqual([]);
});

/** The labels in bold in the tables of docs/fields.md. */
const described = [...read('docs/fields.md').matchAll(/\*\*([^*\n]+)\*\*/g)].map(
	([, label = '']) => label,
);

/** Fields and options of the node, without the values that can be chosen. */
const fieldsOf = (properties: INodeProperties[]): string[] =>
	properties.flatMap(({ type, displayName, options = [] }) =>
		type === 'collection' ? fieldsOf(options as INodeProperties[]) : [withoutUnit(displayName)],
	);

it('docs/fields.md describes each field and each option of the node', () => {
	const fields = [...new Set(fieldsOf(node.properties))];
	expect(fields.length).toBeGreaterThan(25);
	expect(fields.filter((label) => !described.includes(label))).toEqual([]);
});

it('docs/fields.md describes no field that the node does not have', () => {
	expect(described.filter((label) => !ours.has(label) && label !== 'every')).toEqual([]);
});

const sources = ['nodes', 'credentials']
	.flatMap((folder) =>
		readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.ts'))
			.map((file) => read(`${folder}/${file.split(path.sep).join('/')}`)),
	)
	.join('\n');

/** Numbers in a message may come from a limit. */
const isInSources = (message: string) =>
	message.split(/\d+/).every((part) => sources.includes(part));

it.each(['README.md', 'docs/troubleshooting.md'])(
	'%s quotes messages that the node has',
	(page) => {
		const messages = [...read(page).matchAll(/^\| "(.+?)" \|/gm)].map(([, text = '']) => text);
		expect(messages.length).toBeGreaterThan(2);
		expect(messages.filter((message) => !isInSources(message))).toEqual([]);
	},
);

const testing = read('docs/testing.md');

it('docs/testing.md has a line for each row of the defences', () => {
	const rows = [...testing.matchAll(/^\| ([AR]\d+) \| (.+) \|$/gm)];
	expect(Object.fromEntries(rows.map(([, code, words]) => [code, words]))).toEqual(ROWS);
});

it('docs/testing.md explains each code of a webhook in the name of a test', () => {
	const explained = [...testing.matchAll(/^\| (W\d+) \| .+ \|$/gm)].map(([, code = '']) => code);
	const files = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter(
		(file) => file.endsWith('.ts'),
	);
	const used = files.flatMap((file) =>
		[...read(`test/${file.split(path.sep).join('/')}`).matchAll(/\bW\d\d\b/g)].map(
			([code]) => code,
		),
	);
	expect(new Set(used).size).toBeGreaterThan(40);
	expect([...new Set(used)].filter((code) => !explained.includes(code))).toEqual([]);
	expect(explained.filter((code) => !used.includes(code))).toEqual([]);
});
