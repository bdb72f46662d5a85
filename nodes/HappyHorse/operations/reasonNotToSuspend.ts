import type { IExecuteFunctions } from 'n8n-workflow';

import { resumeTokenOf } from '../n8n/execution';
import { nodeReference } from '../n8n/nodeReference';

const START = 'n8n-nodes-base.executeWorkflowTrigger';

const ONE_OF_MANY =
	"Another workflow started this one with a single item. If it does so for each of its items, it would continue after the first video. So the node checked at intervals instead of pausing. If it runs this workflow 'once with all items', 'Wait Using' may be set to Webhook.";

const OLDER =
	'Another workflow started this one. In this version of n8n it would get its own items back instead of the videos; so the node checked at intervals instead of pausing.';

/** n8n's nodes that start a workflow and can respond with the output of its last node. */
const RESPONDING = ['n8n-nodes-base.webhook', 'n8n-nodes-base.formTrigger'];

const LAST_NODE =
	"The workflow responds to its webhook 'When Last Node Finishes'. A pause would send that response at once, with unfinished videos; so the node checked at intervals instead of pausing.";

/** Whether a client waits for the output of the last node: a suspension would send it the unfinished items. */
function respondsAtEnd(context: IExecuteFunctions): boolean {
	return context
		.getParentNodes(context.getNode().name)
		.filter(({ type }) => RESPONDING.includes(type))
		.map(({ name }) => nodeReference(name))
		.some((start) => {
			const isOn = `${start}.isExecuted && ${start}.params.responseMode === "lastNode"`;
			return context.evaluateExpression(`{{ ${isOn} }}`, 0) === true;
		});
}

/**
 * Why a suspension would lose videos for the client or the parent workflow; `null` when it would not.
 *
 * A parent workflow may start this one once per item. It would then continue after the first suspended execution that
 * finishes, with the items of that one alone (2.41.1). n8n 1 hands back the input items (1.123.81).
 */
export function reasonNotToSuspend(context: IExecuteFunctions): string | null {
	if (respondsAtEnd(context)) return LAST_NODE;
	const older = resumeTokenOf(context) === '';
	const isStarted = context
		.getParentNodes(context.getNode().name)
		.filter(({ type }) => type === START)
		.map(({ name }) => nodeReference(name))
		.some((start) => {
			const single = older ? '' : ` && ${start}.all().length === 1`;
			return context.evaluateExpression(`{{ ${start}.isExecuted${single} }}`, 0) === true;
		});
	if (!isStarted) return null;
	return older ? OLDER : ONE_OF_MANY;
}
