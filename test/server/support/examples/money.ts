import type { INode } from 'n8n-workflow';

import type { Example } from './example';
import { workingNodes } from './example';
import { arrowsOf, downstreamOf, pathsBetween } from './graph';

const CREATING = ['create', 'createAndWait'];
const PROVIDERS = /magnific\.com|freepik\.com/;

/** A node that pays for one video per item. */
export const createsVideos = ({ type, parameters }: INode) =>
	/^n8n-nodes-happy-horse\.happyHorse(Tool)?$/.test(type) &&
	CREATING.includes(String(parameters.operation ?? 'createAndWait'));

/** Paths on which a workflow could pay for the same video twice, in words; none is the aim. */
export function pathsToPayTwice(example: Example): string[] {
	const arrows = arrowsOf(example);
	const nodes = workingNodes(example);
	const creating = nodes.filter(createsVideos);
	const starts = nodes.filter(({ name }) => !arrows.some(({ to }) => to === name));
	const found: string[] = [];
	for (const { name } of creating) {
		const after = downstreamOf(name, arrows);
		// Even a loop over items that is built well is one wrong arrow away from creating for ever.
		if (after.has(name)) found.push(`"${name}" is in a circle`);
		for (const { name: second } of creating) {
			if (after.has(second) && second !== name) found.push(`"${second}" comes after "${name}"`);
		}
		for (const { name: start } of starts) {
			const paths = pathsBetween(start, name, arrows);
			if (paths > 1) found.push(`${paths} paths lead from "${start}" to "${name}"`);
		}
		const repeated = nodes.filter(
			(node) =>
				node.retryOnFail && (node.name === name || downstreamOf(node.name, arrows).has(name)),
		);
		for (const { name: again } of repeated) found.push(`"${again}" is repeated when it fails`);
	}
	for (const { name, type, parameters } of nodes) {
		// Outside of our node nothing keeps the rules of paying once.
		const requests =
			type.startsWith('n8n-nodes-base.httpRequest') && PROVIDERS.test(JSON.stringify(parameters));
		if (requests) found.push(`"${name}" sends requests to the provider by itself`);
		if (type === 'n8n-nodes-base.executeWorkflow') found.push(`"${name}" runs a workflow unseen`);
	}
	return found;
}
