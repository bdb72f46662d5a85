import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../../../nodes/HappyHorse/operations/operation';
import { propertiesFor } from '../../../nodes/HappyHorse/operations/properties';
import { imageToVideo } from '../../../nodes/HappyHorse/resources/imageToVideo';
import type { Resource } from '../../../nodes/HappyHorse/resources/resource';

const field = (name: string, more: Partial<INodeProperties> = {}): INodeProperties => ({
	displayName: name,
	name,
	type: 'string',
	default: '',
	...more,
});

const resource = (value: string): Resource => ({ ...imageToVideo, value, name: value });

/** An operation whose fields are given for each resource. */
const operation = (fields: Record<string, INodeProperties[]>): Operation => ({
	value: 'create',
	name: 'Create',
	description: 'Create one',
	action: ({ name }) => `Create video from ${name}`,
	properties: ({ value }) => fields[value] ?? [],
	execute: async () => [],
});

/** Name and resources of each field of an operation. */
const shown = (fields: Record<string, INodeProperties[]>) =>
	propertiesFor(Object.keys(fields).map(resource), [operation(fields)])
		.filter(({ displayOptions }) => displayOptions?.show?.operation !== undefined)
		.map(({ name, displayOptions }) => [name, displayOptions?.show?.resource]);

it('begins with the resources, and the operations of each', () => {
	const [first, ...others] = propertiesFor(
		[resource('a'), resource('b')],
		[operation({ a: [], b: [] })],
	);
	expect(first).toMatchObject({ name: 'resource', default: 'a', noDataExpression: true });
	expect(others).toMatchObject([
		{
			name: 'operation',
			displayOptions: { show: { resource: ['a'] } },
			options: [{ value: 'create', action: 'Create video from a' }],
		},
		{
			name: 'operation',
			displayOptions: { show: { resource: ['b'] } },
			options: [{ value: 'create', action: 'Create video from b' }],
		},
	]);
});

it('shows a field once for all resources that have the same', () => {
	expect(shown({ a: [field('x')], b: [field('x')] })).toEqual([['x', ['a', 'b']]]);
});

it('shows a field twice where it differs', () => {
	const required = field('x', { required: true });
	expect(shown({ a: [field('x')], b: [required], c: [required] })).toEqual([
		['x', ['b', 'c']],
		['x', ['a']],
	]);
});

it('keeps the order that each resource wants', () => {
	const [x, y, z] = [field('x'), field('y'), field('z')];
	const all = shown({ a: [x, z], b: [x, y, z], c: [z, x] });
	const of = (name: string) =>
		all.filter(([, resources]) => (resources as string[]).includes(name)).map(([each]) => each);
	expect([of('a'), of('b'), of('c')]).toEqual([
		['x', 'z'],
		['x', 'y', 'z'],
		['z', 'x'],
	]);
});

it('keeps conditions of its own, and looks at the resource first: later ones may be expressions', () => {
	const own = field('x', { displayOptions: { show: { model: ['m'] }, hide: { a: [1] } } });
	const [, , property] = propertiesFor([resource('a')], [operation({ a: [own] })]);
	expect(property?.displayOptions?.hide).toEqual({ a: [1] });
	expect(Object.entries(property?.displayOptions?.show ?? {})).toEqual([
		['resource', ['a']],
		['operation', ['create']],
		['model', ['m']],
	]);
	expect(own.displayOptions?.show).toEqual({ model: ['m'] });
});
