import { createRequire } from 'node:module';
import path from 'node:path';

import { N8N_VERSION, placeOf } from '../../../../sandbox/n8n/install';

export interface McpTool {
	name: string;
	description?: string;
	inputSchema: { properties?: Record<string, unknown>; required?: string[] };
}

export interface McpClient {
	instructions(): string | undefined;
	tools(): Promise<McpTool[]>;
	/** Uses a tool; gives its text, and whether it is an error for the server. */
	use(name: string, input: Record<string, unknown>): Promise<{ text: string; isError: boolean }>;
	close(): Promise<void>;
}

interface Response {
	content: Array<{ type: string; text?: string }>;
	isError?: boolean;
}

/** The parts of the official SDK that are used here. */
interface Sdk {
	Client: new (info: { name: string; version: string }) => {
		connect(transport: object): Promise<void>;
		getInstructions(): string | undefined;
		listTools(): Promise<{ tools: McpTool[] }>;
		callTool(request: { name: string; arguments: Record<string, unknown> }): Promise<Response>;
		close(): Promise<void>;
	};
	StreamableHTTPClientTransport: new (
		url: URL,
		options: { requestInit: { headers: Record<string, string> } },
	) => object;
}

/** Connects as an AI assistant does: with the official SDK of the Model Context Protocol, which n8n brings along. */
export async function connectMcp(url: string, token: string): Promise<McpClient> {
	const load = createRequire(path.join(placeOf(N8N_VERSION).dir, 'package.json'));
	const { Client, StreamableHTTPClientTransport } = {
		...(load('@modelcontextprotocol/sdk/client/index.js') as Pick<Sdk, 'Client'>),
		...(load('@modelcontextprotocol/sdk/client/streamableHttp.js') as Omit<Sdk, 'Client'>),
	};
	const client = new Client({ name: 'assistant', version: '1.0.0' });
	const headers = { authorization: `Bearer ${token}` };
	await client.connect(
		new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
	);
	return {
		instructions: () => client.getInstructions(),
		tools: async () => (await client.listTools()).tools,
		async use(name, input) {
			const { content, isError = false } = await client.callTool({ name, arguments: input });
			return { text: content.map(({ text = '' }) => text).join('\n'), isError };
		},
		async close() {
			await client.close();
		},
	};
}
