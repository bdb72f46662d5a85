import type { INode, INodeParameters, INodeTypeDescription } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import type { Example } from './example';
import { workingNodes } from './example';

/** What n8n knows about the node types that it has loaded. */
export type Descriptions = readonly INodeTypeDescription[];

/** The description of a node's type in its version. */
export function descriptionOf({ type, typeVersion }: INode, types: Descriptions) {
	return types.find(({ name, version }) => name === type && [version].flat().includes(typeVersion));
}

/** The parameters as the editor completes them: with all defaults, without what n8n does not know. */
function completed(node: INode, description: INodeTypeDescription): INodeParameters {
	const { properties } = description;
	return NodeHelpers.getNodeParameters(
		properties,
		node.parameters,
		true,
		false,
		node,
		description,
	)!;
}

/** Types, versions and parameters that this n8n does not have, in words. */
export function unknownParts(example: Example, types: Descriptions): string[] {
	return workingNodes(example).flatMap((node) => {
		const description = descriptionOf(node, types);
		if (!description) return [`${node.name}: no ${node.type} of version ${node.typeVersion}`];
		const known = completed(node, description);
		const strangers = Object.entries(node.parameters)
			.filter(([name, value]) => !holds(known[name], value))
			.map(([name]) => `${node.name}: ${name} is unknown here, or holds unknown parts`);
		return [...strangers, ...wrongChoices({ ...node, parameters: known }, description)];
	});
}

/** Values that are not in the list of a dropdown: n8n itself takes any. */
function wrongChoices(node: INode, description: INodeTypeDescription): string[] {
	const { parameters } = node;
	return description.properties
		.filter(({ type, options }) => type === 'options' && options !== undefined)
		.filter((field) => NodeHelpers.displayParameter(parameters, field, node, description))
		.filter(({ name, options = [] }) => {
			const value = parameters[name];
			const isExpression = typeof value === 'string' && value.startsWith('=');
			return (
				!isExpression && !options.some((option) => 'value' in option && option.value === value)
			);
		})
		.map(({ name }) => `${node.name}: ${name} cannot be ${String(parameters[name])}`);
}

/** Whether everything in `part` is in `whole`, at the same place. */
function holds(whole: unknown, part: unknown): boolean {
	if (typeof part !== 'object' || part === null) return whole === part;
	if (typeof whole !== 'object' || whole === null) return false;
	return Object.entries(part).every(([key, value]) =>
		holds((whole as Record<string, unknown>)[key], value),
	);
}

/** What the editor would mark in red, by node. */
export function issuesOf(example: Example, types: Descriptions): Record<string, string[]> {
	const issues = workingNodes(example).map((node): [string, string[]] => {
		const description = descriptionOf(node, types);
		if (!description) return [node.name, ['unknown type']];
		const whole = { ...node, parameters: completed(node, description) };
		const found = NodeHelpers.getNodeParametersIssues(description.properties, whole, description);
		return [node.name, Object.values(found?.parameters ?? {}).flat()];
	});
	return Object.fromEntries(issues.filter(([, list]) => list.length > 0));
}
