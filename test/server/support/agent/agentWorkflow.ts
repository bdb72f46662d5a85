import { leadsTo, node, webhookNode } from '../workflows/node';
import type { CredentialReference } from '../workflows/workflow';
import { NODE_TYPE } from '../workflows/workflow';

export const AGENT = 'Agent';
export const TOOL = 'Happy Horse tool';

export interface AgentParts {
	happyHorse: CredentialReference;
	openAi: CredentialReference;
	/** Of our node, by the name that it has as a tool; a single one may have the name `TOOL`. */
	tools: Record<string, Record<string, unknown>>;
	/** What the agent is told to do. */
	text?: string;
	/** From 3 on, n8n's engine runs the tools; before, the agent runs them within itself. */
	agentVersion?: number;
}

let count = 0;

/** A workflow in which an AI agent has our node as its only kind of tool. Its webhook starts it. */
export function agentWorkflow({
	happyHorse,
	openAi,
	tools,
	agentVersion = 3,
	text = '=Make a video of {{ $json.body.items[0].image }}',
}: AgentParts) {
	const path = `agent-${process.pid}-${Date.now()}-${count++}`;
	const serves = (type: string) => ({ [type]: [[{ node: AGENT, type, index: 0 }]] });
	return {
		path,
		name: path,
		// The order of every workflow that the editor makes; in the older one the model continues before the tool ran.
		settings: { executionOrder: 'v1' },
		nodes: [
			webhookNode('Webhook', path),
			node(AGENT, '@n8n/n8n-nodes-langchain.agent', {
				typeVersion: agentVersion,
				parameters: {
					promptType: 'define',
					text,
					options: { enableStreaming: false, maxIterations: 20 },
				},
			}),
			node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', {
				typeVersion: 1.2,
				parameters: { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
				credentials: { openAiApi: openAi },
			}),
			...Object.entries(tools).map(([name, parameters]) =>
				node(name, `${NODE_TYPE}Tool`, {
					typeVersion: 1,
					parameters: { resource: 'imageToVideo', ...parameters },
					credentials: { happyHorseApi: happyHorse },
				}),
			),
		],
		connections: {
			Webhook: leadsTo(AGENT),
			Model: serves('ai_languageModel'),
			...Object.fromEntries(Object.keys(tools).map((name) => [name, serves('ai_tool')])),
		},
	};
}
