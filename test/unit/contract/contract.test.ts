import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { HappyHorseApi } from '../../../credentials/HappyHorseApi.credentials';
import { HappyHorse } from '../../../nodes/HappyHorse/HappyHorse.node';
import { HappyHorseTrigger } from '../../../nodes/HappyHorse/HappyHorseTrigger.node';
import { operations } from '../../../nodes/HappyHorse/operations';
import { resources } from '../../../nodes/HappyHorse/resources';
import manifest from '../../../package.json';
import { breaches } from './breaches';
import type { PublicContract } from './publicContract';
import { choicesOf, contractOf, innerParameters } from './publicContract';
import type { SavedNode } from './savedParameters';
import { load, savedNodes } from './savedParameters';

/** What workflows have been saved with, by version of the package. `record.ts` adds that of a new release. */
const PUBLISHED = readdirSync(join(__dirname, 'published')).map(
	(file): [string, PublicContract] => [
		file.replace('.json', ''),
		JSON.parse(readFileSync(join(__dirname, 'published', file), 'utf8')) as PublicContract,
	],
);

const today = contractOf({
	package: manifest.name,
	nodes: [new HappyHorse(), new HappyHorseTrigger()],
	credentials: [new HappyHorseApi()],
});

const copyOfToday = () => JSON.parse(JSON.stringify(today)) as PublicContract;

/** 900 for each version: the action node, as a tool of an agent as well, and the trigger. */
function savedWith({ nodes }: PublicContract): SavedNode[] {
	const [action, trigger] = nodes as [INodeTypeDescription, INodeTypeDescription];
	return [
		...savedNodes(action, 720),
		...savedNodes({ ...action, name: `${action.name}Tool` }, 100),
		...savedNodes(trigger, 80),
	];
}

/** What n8n would lose, change or complain about when it opens these nodes with a newer package. */
function losses(saved: readonly SavedNode[], { nodes }: PublicContract): string[] {
	return saved.flatMap(({ node, description: before }) => {
		const found = nodes.find(({ name }) => name === node.type || `${name}Tool` === node.type);
		if (!found) return [`${node.type} is unknown`];
		const now = { ...found, name: node.type };
		const is = load(now, { saved: node.parameters, defaults: true });
		const opened = { ...node, parameters: is };
		const issues = NodeHelpers.getNodeParametersIssues(now.properties, opened, now);
		const was = load(before, { saved: node.parameters, defaults: true });
		const changed = Object.keys(was).filter(
			(name) => JSON.stringify(is[name]) !== JSON.stringify(was[name]),
		);
		const stored = load(now, { saved: node.parameters, defaults: false });
		return [
			...changed.map((name) => `${node.name}: ${name} of ${JSON.stringify(node.parameters)}`),
			...Object.keys(node.parameters).filter((name) => !(name in stored)),
			...(issues === null ? [] : [`${node.name}: ${JSON.stringify(issues)}`]),
		];
	});
}

describe.each(PUBLISHED)('What was published with %s', (version, published) => {
	it('is all there, and means the same', () => {
		expect(breaches(published, today)).toEqual([]);
	});

	it('and 900 nodes that were saved with it keep their values, and have no issues', () => {
		const saved = savedWith(published);
		expect(saved).toHaveLength(900);
		expect(losses(saved, today)).toEqual([]);
	});

	it(`names the version ${version} that it is about`, () => {
		expect(version).toMatch(/^\d+\.\d+\.\d+$/);
		expect(published.package).toBe('n8n-nodes-happy-horse');
	});
});

it('has the contract of this version on record', () => {
	expect(PUBLISHED.map(([version]) => version)).toContain(manifest.version);
});

describe('The 900 nodes', () => {
	const saved = savedWith(today);
	const text = JSON.stringify(saved.map(({ node }) => node.parameters));

	it('are the same at each run, and differ from each other', () => {
		const trigger = today.nodes[1]!;
		expect(savedNodes(trigger, 80)).toEqual(saved.slice(-80));
		expect(
			new Set(saved.map(({ node }) => node.type + JSON.stringify(node.parameters))).size,
		).toBeGreaterThan(700);
	});

	it('hold each operation of each resource', () => {
		const kinds = saved
			.filter(({ node }) => node.type === 'happyHorse')
			.map(({ node: { parameters }, description }) =>
				load(description, { saved: parameters, defaults: true }),
			)
			.map(({ resource, operation }) => `${String(resource)} ${String(operation)}`);
		const all = resources.flatMap(({ value }) =>
			[...operations.keys()].map((operation) => `${value} ${operation}`),
		);
		expect([...new Set(kinds)].toSorted()).toEqual(all.toSorted());
	});

	it('use every parameter, and every choice that is not the default', () => {
		const unused = today.nodes
			.flatMap(({ properties }) =>
				properties.flatMap((property) => [property, ...innerParameters(property)]),
			)
			.flatMap((property) => [
				...(property.options?.length === 1 || property.type === 'notice' ? [] : [property.name]),
				...choicesOf(property).filter((choice) => choice !== property.default),
			])
			.filter((value) => !text.includes(JSON.stringify(value)));
		expect(unused).toEqual([]);
	});
});

describe('A newer version is not compatible that', () => {
	const [[, published]] = PUBLISHED as [[string, PublicContract]];
	const saved = savedNodes(published.nodes[0]!, 100);

	const parameter = ({ nodes }: PublicContract, name: string, operation = 'createAndWait') => {
		const fits = (property: INodeProperties) =>
			property.name === name &&
			(property.displayOptions?.show?.operation ?? [operation]).includes(operation) &&
			(property.displayOptions?.show?.resource ?? ['imageToVideo']).includes('imageToVideo');
		const all = nodes.flatMap(({ properties }) => properties);
		const option = all.find(
			(property) => property.name === 'options' && fits({ ...property, name }),
		);
		const found = all.find(fits) ?? innerParameters(option!).find(fits);
		if (!found) throw new Error(`There is no parameter ${name}`);
		return found;
	};

	const drop = (property: INodeProperties, value: unknown) => {
		property.options = property.options!.filter(
			(option) => !('value' in option) || option.value !== value,
		);
	};

	const mutations: Array<[string, (contract: PublicContract) => void, RegExp]> = [
		[
			'renames a parameter',
			(c) => (parameter(c, 'imageUrl').name = 'photoUrl'),
			/imageUrl.* is gone/,
		],
		['renames an option', (c) => (parameter(c, 'seed').name = 'startValue'), /seed is gone/],
		[
			'drops a choice',
			(c) => drop(parameter(c, 'waitUsing'), 'polling'),
			/polling cannot be chosen/,
		],
		[
			'drops an operation',
			(c) => drop(parameter(c, 'operation'), 'getAll'),
			/getAll cannot be chosen/,
		],
		['changes a default', (c) => (parameter(c, 'duration').default = 6), /default was 5 and is 6/],
		['changes a type', (c) => (parameter(c, 'duration').type = 'string'), /type was "number"/],
		[
			'shows a parameter less often',
			(c) => (parameter(c, 'prompt').displayOptions!.show!.imageSource = ['url']),
			/another condition/,
		],
		[
			'forbids expressions',
			(c) => (parameter(c, 'model').noDataExpression = true),
			/takes no expression/,
		],
		['demands a value', (c) => (parameter(c, 'prompt').required = true), /is required now/],
		['allows less', (c) => (parameter(c, 'duration').typeOptions!.maxValue = 10), /the most is 10/],
		[
			'drops a way to name a task',
			(c) => parameter(c, 'taskId', 'get').modes!.pop(),
			/id was "string"/,
		],
		['renames a node', (c) => (c.nodes[1]!.name = 'happyHorseStart'), /happyHorseTrigger is gone/],
		['moves the resume URL', (c) => (c.nodes[0]!.webhooks![0]!.path = 'horse'), /webhooks was/],
		['has one more output', (c) => (c.nodes[0]!.outputs = ['main', 'main']), /outputs was/],
		['is a tool no longer', (c) => delete c.nodes[0]!.usableAsTool, /usableAsTool was true/],
		['leaves an old node version behind', (c) => (c.nodes[0]!.version = 2), /oldestVersion was 1/],
		[
			'renames a field of the credential',
			(c) => (c.credentials[0]!.properties[2]!.name = 'key'),
			/apiKey is gone/,
		],
		['has another name', (c) => (c.package = 'n8n-nodes-horse'), /the package/],
	];

	it.each(mutations)('%s', (_, mutate, says) => {
		const mutated = copyOfToday();
		mutate(mutated);
		const found = breaches(published, mutated);
		expect(found).not.toEqual([]);
		expect(found.join('\n')).toMatch(says);
	});

	// n8n itself says nothing about a choice that is gone, or a type that is another.
	it.each(mutations.filter(([name]) => /parameter|option$|default|demands/.test(name)))(
		'%s: saved nodes notice it',
		(_, mutate) => {
			const mutated = copyOfToday();
			mutate(mutated);
			expect(losses(saved, mutated).length).toBeGreaterThan(5);
		},
	);

	it('while additions are fine', () => {
		const grown = copyOfToday();
		const action = grown.nodes[0]!;
		action.version = [1, 2];
		action.properties.push({ ...parameter(grown, 'prompt'), name: 'negativePrompt' });
		parameter(grown, 'model').options!.push({ name: 'Happy Horse 2', value: 'happy-horse-2' });
		parameter(grown, 'duration').typeOptions!.maxValue = 60;
		expect(breaches(published, grown)).toEqual([]);
		expect(losses(saved, grown)).toEqual([]);
	});
});
