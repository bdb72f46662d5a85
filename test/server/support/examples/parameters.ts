import { isDeepStrictEqual } from 'node:util';

import type { INode, INodeTypeDescription } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import type { Example } from './example';
import { workingNodes } from './example';

/** What n8n knows about the node types that it has loaded. */
export type Descriptions = readonly INodeTypeDescription[];

/** The description of a node's type in its version. */
export function descriptionOf({ type, typeVersion }: INode, types: Descriptions) {
	return types.find(({ name, version }) => name === type && [version].flat().includes(typeVersion));
}

/** Types, versions and parameters that this n8n does not have, in words. */
export function unknownParts(example: Example, types: Descriptions): string[] {
	return workingNodes(example).flatMap((node) => {
		const description = descriptionOf(node, types);
		if (!description) return [`${node.name}: no ${node.type} of version ${node.typeVersion}`];
		const known = NodeHelpers.getNodeParameters(
			description.properties,
			node.parameters,
			true,
			false,
			node,
			description,
		);
		return Object.entries(node.parameters)
			.filter(([name, value]) => !isDeepStrictEqual(value, known?.[name]))
			.map(([name]) => `${node.name}: the parameter ${name} is unknown here, or holds unknown parts`);
	});
}

/** What the editor would mark in red, by node. */
export function issuesOf(example: Example, types: Descriptions): Record<string, string[]> {
	const issues = workingNodes(example).map((node): [string, string[]] => {
		const description = descriptionOf(node, types);
		if (!description) return [node.name, ['unknown type']];
		const found = NodeHelpers.getNodeParametersIssues(description.properties, node, description);
		return [node.name, Object.values(found?.parameters ?? {}).flat()];
	});
	return Object.fromEntries(issues.filter(([, list]) => list.length > 0));
}
