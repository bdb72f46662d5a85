import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { json, type ApiResponse } from './response';
import type { RuleEffect } from './wire';

/**
 * Responds to a request as the rules for it say. `process` does the real work and runs only
 * when no rule keeps the request from being processed.
 */
export async function respondWith(
	reply: FastifyReply,
	effect: RuleEffect,
	process: () => Promise<ApiResponse>,
): Promise<void> {
	if (effect.delayMs !== undefined) await sleep(effect.delayMs);
	if (effect.reset === 'before') return cut(reply);
	if (effect.response !== undefined) return await send(reply, canned(effect.response));
	if (effect.redirectTo !== undefined) {
		const headers = { location: effect.redirectTo };
		return await send(reply, { status: effect.status ?? 307, body: '', headers });
	}
	const response = spoiled(await process(), effect);
	if (effect.reset === 'afterProcessing') return cut(reply);
	if (effect.cutAfterBytes !== undefined) return cutAfter(reply, response, effect.cutAfterBytes);
	await send(reply, response);
}

/** Sends a response as it is; headers that the reply already has are kept. */
export async function send(
	reply: FastifyReply,
	{ status, headers, body }: ApiResponse,
): Promise<void> {
	await reply.code(status).headers(headers).send(body);
}

function canned({ status, body = '', headers, contentType }: NonNullable<RuleEffect['response']>) {
	const response: ApiResponse =
		typeof body === 'string'
			? { status, body, headers: { 'content-type': 'text/html; charset=utf-8' } }
			: json(status, body);
	if (contentType !== undefined) response.headers['content-type'] = contentType;
	Object.assign(response.headers, headers);
	return response;
}

function spoiled(response: ApiResponse, effect: RuleEffect): ApiResponse {
	if (response.status !== 200) return response;
	if (effect.brokenJson === true) return { ...response, body: response.body.slice(0, -2) };
	if (effect.withoutTaskId !== true) return response;
	const value = JSON.parse(response.body.toString()) as { data?: Record<string, unknown> };
	delete value.data?.['task_id'];
	return { ...response, body: JSON.stringify(value) };
}

function cut(reply: FastifyReply): void {
	reply.hijack();
	reply.raw.socket?.resetAndDestroy();
}

function cutAfter(reply: FastifyReply, response: ApiResponse, bytes: number): void {
	const body = Buffer.from(response.body);
	reply.hijack();
	for (const [name, value = ''] of Object.entries(reply.getHeaders())) {
		reply.raw.setHeader(name, value);
	}
	reply.raw.writeHead(response.status, { ...response.headers, 'content-length': body.length });
	reply.raw.flushHeaders();
	const { socket } = reply.raw;
	if (bytes === 0) socket?.end();
	else reply.raw.write(body.subarray(0, bytes), () => socket?.end());
}
