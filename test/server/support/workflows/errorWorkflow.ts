/** A workflow that n8n starts when another one fails: On failure → Noted. */
import { n8nFacts } from '../../../n8nFacts';
import { leadsTo, node } from './node';
import type { TestServer } from '../testServer/testServer';

const TRIGGER = 'On failure';
export const NOTED = 'Noted';

/** Publishes it, where it has to be, and returns its ID, for the setting `errorWorkflow` of others. */
export async function publishErrorWorkflow({ n8n }: Pick<TestServer, 'n8n'>): Promise<string> {
	const plain = { typeVersion: 1, parameters: {} };
	return await n8n.client.importWorkflow(
		{
			name: 'On failure',
			settings: { executionOrder: 'v1' },
			nodes: [
				node(TRIGGER, 'n8n-nodes-base.errorTrigger', plain),
				node(NOTED, 'n8n-nodes-base.noOp', plain),
			],
			connections: { [TRIGGER]: leadsTo(NOTED) },
		},
		{ activate: n8nFacts.publishesErrorWorkflows },
	);
}
