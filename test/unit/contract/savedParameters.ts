import * as fc from 'fast-check';
import type { INode, INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { choicesOf, innerParameters } from './publicContract';

/** A node as it is saved in a workflow: what differs from the defaults, and nothing else. */
export interface SavedNode {
	node: INode;
	description: INodeTypeDescription;
}

const TASK = '046b6c7f-0b8a-43b9-b35d-6489e6daee91';

const texts = fc.oneof(
	fc.string({ maxLength: 30 }),
	fc.constantFrom('={{ $json.value }}', "=row {{ $('Sheet').item.json.row }}", '🐴 ünïcode'),
);

/** Anything that a user may have put into a parameter, as n8n saves it. */
function valueOf(property: INodeProperties): fc.Arbitrary<unknown> {
	const expression = property.noDataExpression
		? []
		: [fc.constant(`={{ $json.${property.name} }}`)];
	const { minValue = 0, maxValue = 100_000 } = property.typeOptions ?? {};
	switch (property.type) {
		case 'options':
			return fc.oneof(fc.constantFrom(...choicesOf(property)), ...expression);
		case 'multiOptions':
			return fc.oneof(fc.subarray(choicesOf(property), { minLength: 1 }), ...expression);
		case 'boolean':
			return fc.oneof(fc.boolean(), ...expression);
		case 'number':
			return fc.oneof(fc.integer({ min: Math.ceil(minValue), max: maxValue }), ...expression);
		case 'json':
			return fc.oneof(fc.json({ maxDepth: 2 }), ...expression);
		case 'resourceLocator':
			return fc
				.tuple(
					fc.constantFrom(...(property.modes ?? [])),
					fc.constantFrom(TASK, '={{ $json.task_id }}'),
				)
				.map(([{ name }, value]) => ({ __rl: true, mode: name, value }));
		case 'collection':
			return fc.record(
				Object.fromEntries(innerParameters(property).map((inner) => [inner.name, valueOf(inner)])),
				{ requiredKeys: [] },
			);
		case 'string':
			return property.required ? texts.map((text) => `${text}.`) : texts;
		default:
			throw new Error(`No saved values are known for a parameter of the type ${property.type}`);
	}
}

interface Filled {
	values: INodeParameters;
	/** With the defaults of what was left out. */
	all: INodeParameters;
}

/** One value, or none, for each parameter that a user sees while the earlier ones have theirs. */
function parametersOf(description: INodeTypeDescription): fc.Arbitrary<INodeParameters> {
	const { properties, version } = description;
	const typeVersion = Math.min(...[version].flat());
	const isOpen = (property: INodeProperties, { values, all }: Filled) =>
		values[property.name] === undefined &&
		NodeHelpers.displayParameter(all, property, { typeVersion }, description);
	const filled = (values: INodeParameters): Filled => ({
		values,
		all: load(description, { saved: values, defaults: true }),
	});
	return properties
		.filter(({ type }) => type !== 'notice')
		.reduce<fc.Arbitrary<Filled>>(
			(before, property) =>
				before.chain((soFar) => {
					if (!isOpen(property, soFar)) return fc.constant(soFar);
					const value = valueOf(property).map((chosen) =>
						filled({ ...soFar.values, [property.name]: chosen as INodeParameters }),
					);
					return property.required ? value : fc.oneof(value, fc.constant(soFar));
				}),
			fc.constant(filled({})),
		)
		.map(({ values }) => values);
}

/** What n8n makes of saved parameters when it opens a workflow (`defaults`), or saves one (without). */
export function load(
	description: INodeTypeDescription,
	{ saved, defaults }: { saved: INodeParameters; defaults: boolean },
): INodeParameters {
	const typeVersion = Math.min(...[description.version].flat());
	const { properties } = description;
	return (
		NodeHelpers.getNodeParameters(
			properties,
			saved,
			defaults,
			false,
			{ typeVersion },
			description,
		) ?? {}
	);
}

/** Always the same nodes for the same description. */
export function savedNodes(description: INodeTypeDescription, amount: number): SavedNode[] {
	const sets = fc.sample(parametersOf(description), { numRuns: amount, seed: 20261122 });
	return sets.map((parameters, index) => ({
		description,
		node: {
			...{ id: `node-${index}`, name: `Node ${index}`, type: description.name, position: [0, 0] },
			typeVersion: Math.min(...[description.version].flat()),
			parameters: load(description, { saved: parameters, defaults: false }),
		},
	}));
}
