import type { ChatRequest, Line } from '../agent/scriptedModel';
import { chatServer, toldByTools } from '../agent/scriptedModel';
import type { Row } from './cells';

/**
 * A model that is given rows, uses the tool for one after the other, and again where the tool reports an error. When
 * all videos are there, it fails: once for each conversation.
 */
export async function agentModel() {
	const failed = new Set<string>();
	return await chatServer((request): Line | undefined => {
		const rows = rowsIn(request);
		const done = toldByTools(request).filter((text) => text.includes('"task_id"'));
		const row = rows[done.length];
		if (row) return { input: { name: row.name, image: row.image } };
		const conversation = rows[0]?.name ?? '';
		if (failed.has(conversation)) return { say: () => 'Done.' };
		failed.add(conversation);
		return undefined;
	});
}

function rowsIn({ messages }: ChatRequest): Row[] {
	const message = messages.find(({ role }) => role === 'user');
	const { content } = message ?? {};
	const text = Array.isArray(content)
		? content.map((part) => String((part as { text?: unknown }).text ?? '')).join('')
		: String(content);
	return JSON.parse(text) as Row[];
}
