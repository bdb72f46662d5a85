import type { FastifyInstance, FastifyReply } from 'fastify';
import { document } from './document';
import { ENDPOINT_NAMES } from './endpoints';
import type { Sandbox } from './sandbox';
import { seedTasks, type Seed } from './seedTasks';
import { settingsFault } from './settings';
import { stateOf } from './state';
import {
	STATUSES,
	type ExtraWebhook,
	type SandboxRule,
	type SandboxSettings,
	type Status,
} from './wire';

/** Adds `/_sandbox/*`: what tests and curious people use to look inside and to prepare tasks and responses. */
export function addControlRoutes(app: FastifyInstance, sandbox: Sandbox): void {
	app.addHook('onRequest', async (request, reply) => {
		const own = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip);
		if (!own) await reply.code(403).send({ message: 'Only from this computer' });
	});

	app.get('/state', (request) => {
		const { since = '0' } = request.query as { since?: string };
		return stateOf(sandbox, Number(since));
	});
	app.get('/openapi.json', () => document);
	app.post('/reset', () => {
		sandbox.reset();
		return {};
	});
	app.post('/settings', async (request, reply) => {
		const change = bodyOf<SandboxSettings>(request.body);
		const fault = settingsFault(change);
		if (fault !== undefined) return await bad(reply, fault);
		sandbox.change(change);
		return sandbox.settings;
	});
	app.post('/rules', async (request, reply) => {
		const { rules } = bodyOf<{ rules?: SandboxRule[] }>(request.body);
		const usable = Array.isArray(rules) && rules.every((rule) => rule.on && rule.do);
		if (!usable) return await bad(reply, 'Send {"rules":[{"on":…,"do":…}]}');
		if (!rules.every(({ untilMs = 0 }) => Number.isFinite(untilMs))) {
			return await bad(reply, 'untilMs must be a number: milliseconds since 1970');
		}
		sandbox.rules.add(rules);
		return { rules: sandbox.rules.list() };
	});
	app.delete('/rules', () => {
		sandbox.rules.clear();
		return {};
	});
	app.post('/keys', async (request, reply) => {
		const { key } = bodyOf<{ key?: string }>(request.body);
		if (typeof key !== 'string' || key === '') return await bad(reply, 'Send {"key":"…"}');
		sandbox.keys.add(key);
		return {};
	});
	app.post('/tasks', async (request, reply) => {
		const wanted = bodyOf<Seed>(request.body);
		const { endpoint = ENDPOINT_NAMES[0] } = wanted;
		if (!ENDPOINT_NAMES.some((known) => known === endpoint)) {
			return await bad(reply, `endpoint must be one of ${ENDPOINT_NAMES.join(', ')}`);
		}
		return { taskIds: await seedTasks(sandbox, wanted) };
	});
	app.post('/tasks/:id/advance', async (request, reply) => {
		const task = sandbox.tasks.get((request.params as { id: string }).id);
		const { status } = bodyOf<{ status?: Status }>(request.body);
		if (task === undefined) return await reply.code(404).send({ message: 'No such task' });
		if (!STATUSES.some((known) => known === status)) {
			return await bad(reply, `Send {"status": one of ${STATUSES.join(', ')}}`);
		}
		sandbox.tasks.advance(task, status as Status);
		return sandbox.shown(task);
	});
	app.post('/tasks/:id/webhook', async (request, reply) => {
		const task = sandbox.tasks.get((request.params as { id: string }).id);
		if (task === undefined) return await reply.code(404).send({ message: 'No such task' });
		if (task.webhookUrl === null) return await bad(reply, 'The task has no webhook_url');
		const extra = bodyOf<ExtraWebhook>(request.body);
		return { webhooks: await sandbox.webhooks.sendExtra(task, extra) };
	});
	app.get('/tasks/:id/image', async (request, reply) => {
		const task = sandbox.tasks.get((request.params as { id: string }).id);
		if (task === undefined) return await reply.code(404).send({ message: 'No such task' });
		return await reply.type('application/octet-stream').send(task.image.bytes);
	});
}

/** All bodies arrive as bytes, because the API routes need them untouched. */
function bodyOf<T extends object>(body: unknown): Partial<T> {
	const text = Buffer.isBuffer(body) ? body.toString() : '';
	return (text === '' ? {} : JSON.parse(text)) as Partial<T>;
}

async function bad(reply: FastifyReply, text: string): Promise<FastifyReply> {
	return await reply.code(400).send({ message: text });
}
