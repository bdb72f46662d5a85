import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChatMessage {
	role: string;
	content: unknown;
}

export interface ChatRequest {
	messages: ChatMessage[];
	tools?: Array<{ function: { name: string; parameters: Record<string, unknown> } }>;
	stream?: boolean;
}

/** What the model does next: use a tool (the first it was offered, or the named one), or end with a text. */
export type Line =
	| { input: CallArguments; tool?: string }
	| { say: (request: ChatRequest) => string };

/** A function of the conversation so far, where a later tool call needs what an earlier one gave. */
type CallArguments = Record<string, unknown> | ((request: ChatRequest) => Record<string, unknown>);

/** What the tools have told the model, in the order of its tool calls; JSON within JSON reads like JSON. */
export function toldByTools(request: ChatRequest | undefined): string[] {
	const messages = request?.messages ?? [];
	return messages
		.filter(({ role }) => role === 'tool')
		.map(({ content }) => String(content).replaceAll('\\"', '"'));
}

export interface ScriptedModel {
	/** For the field 'Base URL' of an OpenAI credential. */
	url: string;
	requests: ChatRequest[];
	/** Starts over with a new script. */
	play(...script: Line[]): void;
	close(): Promise<void>;
}

/** A chat model that follows a script and speaks the OpenAI chat completions API. */
export async function scriptedModel(): Promise<ScriptedModel> {
	const requests: ChatRequest[] = [];
	let script: Line[] = [];
	const server = await chatServer((request) => {
		requests.push(request);
		return script[requests.length - 1] ?? { say: () => 'The script is over.' };
	});
	return {
		...server,
		requests,
		play(...lines) {
			script = lines;
			requests.length = 0;
		},
	};
}

/** A chat model that gives its next line for each request, or fails where there is none. */
export async function chatServer(
	lineFor: (request: ChatRequest) => Line | undefined,
): Promise<Pick<ScriptedModel, 'url' | 'close'>> {
	const server = createServer((incoming, outgoing) => {
		const chunks: Buffer[] = [];
		incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
		incoming.on('end', () => {
			const request = JSON.parse(Buffer.concat(chunks).toString()) as ChatRequest;
			const line = lineFor(request);
			if (line === undefined) {
				outgoing.writeHead(400, { 'content-type': 'application/json' });
				return void outgoing.end(JSON.stringify({ error: { message: 'The model has failed.' } }));
			}
			const message = messageOf(line, request);
			const stops = 'input' in line ? 'tool_calls' : 'stop';
			if (request.stream === true) {
				outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
				const chunk = completion('chat.completion.chunk', { delta: message, finish_reason: stops });
				outgoing.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
			} else {
				outgoing.writeHead(200, { 'content-type': 'application/json' });
				outgoing.end(
					JSON.stringify(completion('chat.completion', { message, finish_reason: stops })),
				);
			}
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function messageOf(line: Line, request: ChatRequest) {
	if ('say' in line) return { role: 'assistant', content: line.say(request) };
	const offered = (request.tools ?? []).map((tool) => tool.function.name);
	const name = offered.find((tool) => tool === line.tool) ?? offered[0] ?? 'no tool was offered';
	const given = typeof line.input === 'function' ? line.input(request) : line.input;
	const toolCall = { name, arguments: JSON.stringify(given) };
	return {
		role: 'assistant',
		content: null,
		// Each tool call needs an ID of its own: the agent tells the results apart by it.
		tool_calls: [
			{ index: 0, id: `call_${request.messages.length}`, type: 'function', function: toolCall },
		],
	};
}

function completion(object: string, choice: Record<string, unknown>) {
	return {
		id: 'chatcmpl-1',
		object,
		created: Math.floor(Date.now() / 1000),
		model: 'scripted',
		choices: [{ index: 0, ...choice }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}
