import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { json, type ApiResponse } from './response';
import type { RuleEffect } from './wire';

/**
 * Answers a request as the rules for it say. `process` does the real work and is called only
 * when no rule keeps the request from being processed.
 */
export async function respondWith(
	reply: FastifyReply,
	effect: RuleEffect,
	process: () => Promise<ApiResponse>,
): Promise<void> {
	if (effect.delayMs !== undefined) await sleep(effect.delayMs);
	if (effect.reset === 'before') return cut(reply);
	if (effect.answer !== undefined) return await send(reply, canned(effect.answer));
	if (effect.redirectTo !== undefined) {
		const headers = { location: effect.redirectTo };
		return await send(reply, { status: effect.status ?? 307, body: '', headers });
	}
	const answer = spoiled(await process(), effect);
	if (effect.reset === 'afterProcessing') return cut(reply);
	if (effect.cutAfterBytes !== undefined) return cutAfter(reply, answer, effect.cutAfterBytes);
	await send(reply, answer);
}

/** Sends an answer as it is; headers that the reply already has go along. */
export async function send(
	reply: FastifyReply,
	{ status, headers, body }: ApiResponse,
): Promise<void> {
	await reply.code(status).headers(headers).send(body);
}

function canned({ status, body = '', headers, contentType }: NonNullable<RuleEffect['answer']>) {
	const answer: ApiResponse =
		typeof body === 'string'
			? { status, body, headers: { 'content-type': 'text/html; charset=utf-8' } }
			: json(status, body);
	if (contentType !== undefined) answer.headers['content-type'] = contentType;
	Object.assign(answer.headers, headers);
	return answer;
}

function spoiled(answer: ApiResponse, effect: RuleEffect): ApiResponse {
	if (answer.status !== 200) return answer;
	if (effect.brokenJson === true) return { ...answer, body: answer.body.slice(0, -2) };
	if (effect.withoutTaskId !== true) return answer;
	const value = JSON.parse(answer.body.toString()) as { data?: Record<string, unknown> };
	delete value.data?.['task_id'];
	return { ...answer, body: JSON.stringify(value) };
}

function cut(reply: FastifyReply): void {
	reply.hijack();
	reply.raw.socket?.resetAndDestroy();
}

function cutAfter(reply: FastifyReply, answer: ApiResponse, bytes: number): void {
	const body = Buffer.from(answer.body);
	reply.hijack();
	for (const [name, value = ''] of Object.entries(reply.getHeaders())) {
		reply.raw.setHeader(name, value);
	}
	reply.raw.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
	reply.raw.flushHeaders();
	const { socket } = reply.raw;
	if (bytes === 0) socket?.end();
	else reply.raw.write(body.subarray(0, bytes), () => socket?.end());
}
