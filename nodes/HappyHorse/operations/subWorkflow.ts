import type { IExecuteFunctions } from 'n8n-workflow';

import { nodeReference } from '../lifecycle/nodeReference';

const START = 'n8n-nodes-base.executeWorkflowTrigger';

/**
 * True when another workflow has started this one with a single item. It may do so once for each of many, and would
 * then go on after the first one that was suspended and has finished, with the items of that one alone (2.41.1).
 */
export function mayBeOneOfMany(context: IExecuteFunctions): boolean {
	return context
		.getParentNodes(context.getNode().name)
		.filter(({ type }) => type === START)
		.map(({ name }) => nodeReference(name))
		.some((start) => {
			const single = `{{ ${start}.isExecuted && ${start}.all().length === 1 }}`;
			return context.evaluateExpression(single, 0) === true;
		});
}
