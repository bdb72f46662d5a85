import { agentWorkflow, TOOL } from '../agent/agentWorkflow';
import { byHand } from '../workflows/manualWorkflow';
import { loopWorkflow } from '../workflows/loopWorkflow';
import { leadsTo, node, webhookNode } from '../workflows/node';
import { childWorkflow, parentWorkflow } from '../workflows/parentWorkflow';
import type { CredentialReference } from '../workflows/workflow';
import { createAndWait, HAPPY_HORSE, happyHorseNode, workflowWith } from '../workflows/workflow';
import type { Cell, Row } from './cells';

export interface Surroundings {
	credential: CredentialReference;
	openAi: CredentialReference;
	/** Gives rows, and holds executions back: see `rowServer`. */
	rowsUrl: string;
}

export type Built = Record<string, unknown> & { path: string };

const WITH_KEY = ['same key at once', 'same key later', 'sub-workflow, Retry, key'];

const fromAi = (name: string) => `$fromAI('${name}', '${name} of the row', 'string')`;

/** Our node's parameters for a cell; in an agent the row's fields come from the model. */
export function parametersOf({ repeat, input, operation }: Cell): Record<string, unknown> {
	const isAgent = repeat === 'agent, Retry';
	const [name, image] = isAgent ? [fromAi('name'), fromAi('image')] : ['$json.name', '$json.image'];
	const hasKey = WITH_KEY.includes(repeat) || repeat === 'Execute step twice, key';
	return createAndWait({
		operation: operation === 'create' ? 'create' : 'createAndWait',
		...(operation === 'create'
			? {}
			: { waitUsing: operation === 'webhook wait' ? 'webhook' : 'polling' }),
		prompt:
			input === '$now in prompt' ? `={{ ${name} + ' at ' + $now.toMillis() }}` : `={{ ${name} }}`,
		imageUrl:
			input === 'signed URL' ? `={{ ${image} + '&sig=' + $now.toMillis() }}` : `={{ ${image} }}`,
		downloadVideo: false,
		options: {
			checkMedia: false,
			...(operation === 'create' ? {} : { pollInterval: 5 }),
			...(input === 'random seed' ? { seed: '={{ Math.floor(Math.random() * 2147483647) }}' } : {}),
			...(hasKey ? { idempotencyKey: `={{ ${name} }}` } : {}),
		},
	});
}

/** A workflow that its webhook starts with the rows of a cell. */
export function workflowFor(cell: Cell, around: Surroundings): Built {
	const { credential } = around;
	const parameters = parametersOf(cell);
	if (cell.repeat === 'loop, Retry') return loopWorkflow({ credential, parameters }, 3);
	if (cell.repeat === 'crash, shifted rows') return fetchingWorkflow(cell, around);
	if (cell.repeat === 'agent, Retry') {
		const { openAi } = around;
		const text = '={{ JSON.stringify($json.body.items) }}';
		return agentWorkflow({ happyHorse: credential, openAi, tools: { [TOOL]: parameters }, text });
	}
	const settings =
		cell.repeat === 'Retry On Fail'
			? { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 }
			: {};
	return workflowWith({ credential, parameters, settings });
}

/** The sub-workflow of a cell. */
export const childFor = (cell: Cell, { credential }: Surroundings) =>
	childWorkflow({ credential, parameters: parametersOf(cell) });

export const parentFor = (childId: string): Built => parentWorkflow({ childId, mode: 'once' });

/** A workflow that is started by hand with these rows. */
export const manualFor = (cell: Cell, { credential }: Surroundings, rows: Row[]) =>
	byHand(workflowWith({ credential, parameters: parametersOf(cell) }), rows);

let count = 0;

/** Its rows come from a server, and after our node it requests one that may be slow. */
function fetchingWorkflow(cell: Cell, { credential, rowsUrl }: Surroundings): Built {
	const path = `fetching-${process.pid}-${Date.now()}-${count++}`;
	const requestNode = (name: string, what: string) =>
		node(name, 'n8n-nodes-base.httpRequest', {
			typeVersion: 4.2,
			executeOnce: true,
			parameters: {
				url: `=${rowsUrl}/${what}/{{ $('Webhook').first().json.body.cell }}`,
				options: {},
			},
		});
	return {
		path,
		name: path,
		settings: { executionOrder: 'v1' },
		nodes: [
			webhookNode('Webhook', path),
			requestNode('Rows', 'rows'),
			happyHorseNode({ credential, parameters: parametersOf(cell) }),
			requestNode('Hold', 'hold'),
		],
		connections: {
			Webhook: leadsTo('Rows'),
			Rows: leadsTo(HAPPY_HORSE),
			[HAPPY_HORSE]: leadsTo('Hold'),
		},
	};
}
