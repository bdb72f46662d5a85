import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { drawImage } from './drawn';
import { inspectImage } from './images';
import { settingsFault } from './settings';
import type { Task } from './tasks';
import {
	MODELS,
	STATUSES,
	type ExtraCallback,
	type Model,
	type SandboxPost,
	type SandboxRule,
	type SandboxSettings,
	type SandboxState,
	type Status,
} from './wire';
import type { Sandbox } from './sandbox';

const MAX_SEEDED = 10_000;

/** Adds `/_sandbox/*`: what tests and curious people use to look inside and to set the scene. */
export function addControlRoutes(app: FastifyInstance, sandbox: Sandbox): void {
	app.addHook('onRequest', async (request, reply) => {
		const own = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip);
		if (!own) await reply.code(403).send({ message: 'Only from this computer' });
	});

	app.get('/state', (request) => {
		const { since = '0' } = request.query as { since?: string };
		return stateOf(sandbox, Number(since));
	});
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
	app.post('/tasks', async (request) => ({
		taskIds: await seed(sandbox, bodyOf<Seed>(request.body)),
	}));
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
	app.post('/tasks/:id/callback', async (request, reply) => {
		const task = sandbox.tasks.get((request.params as { id: string }).id);
		if (task === undefined) return await reply.code(404).send({ message: 'No such task' });
		if (task.webhookUrl === null) return await bad(reply, 'The task has no webhook_url');
		const extra = bodyOf<ExtraCallback>(request.body);
		return { callbacks: await sandbox.callbacks.sendExtra(task, extra) };
	});
	app.get('/tasks/:id/image', async (request, reply) => {
		const task = sandbox.tasks.get((request.params as { id: string }).id);
		if (task === undefined) return await reply.code(404).send({ message: 'No such task' });
		return await reply.type('application/octet-stream').send(task.image.bytes);
	});
}

function stateOf(sandbox: Sandbox, since: number): SandboxState {
	const recent = <T extends { at: number }>(record: T[]) => record.filter(({ at }) => at >= since);
	const accepted = sandbox.posts.filter(({ taskId }) => taskId !== null);
	return {
		now: Date.now(),
		settings: sandbox.settings,
		posts: recent(sandbox.posts),
		postsPerImage: countByImage(sandbox.posts),
		acceptedPerImage: countByImage(accepted),
		acceptedPosts: accepted.length,
		requests: recent(sandbox.requests),
		tasks: sandbox.tasks.list().map((task) => sandbox.shown(task)),
		callbacks: recent(sandbox.sentCallbacks),
		uploads: sandbox.uploads.all().map(({ fileId, contentType, sizeBytes, createdAt }) => ({
			...{ fileId, contentType, sizeBytes, createdAt },
		})),
		rules: sandbox.rules.list(),
	};
}

function countByImage(posts: SandboxPost[]): Record<string, number> {
	const counts = new Map<string, number>();
	for (const { imageUrl } of posts) {
		if (imageUrl !== null) counts.set(imageUrl, (counts.get(imageUrl) ?? 0) + 1);
	}
	return Object.fromEntries(counts);
}

interface Seed {
	count?: number;
	status?: Status;
	model?: Model;
	key?: string;
}

async function seed(sandbox: Sandbox, wanted: Seed): Promise<string[]> {
	const { count = 1, status = 'COMPLETED', model = MODELS[0], key = sandbox.key } = wanted;
	const drawn = await drawImage('400x300.png');
	if (drawn === undefined) throw new Error('The default image could not be drawn');
	const image = await inspectImage(drawn.bytes);
	const tasks = Array.from(
		{ length: Math.min(count, MAX_SEEDED) },
		(): Task => ({
			id: randomUUID(),
			model,
			owner: key,
			status,
			createdAt: Date.now(),
			startedAt: sandbox.clock.now(),
			prompt: null,
			imageUrl: null,
			webhookUrl: null,
			resolution: '720P',
			duration: 3,
			seed: null,
			image,
			quality: 'small',
			held: true,
			seconds: undefined,
			outcome: status === 'FAILED' ? 'FAILED' : 'COMPLETED',
			failure: {},
			callbackMode: undefined,
			history: [],
		}),
	);
	for (const task of tasks) sandbox.tasks.add(task);
	return tasks.map(({ id }) => id);
}

/** All bodies arrive as bytes, because the API routes need them untouched. */
function bodyOf<T extends object>(body: unknown): Partial<T> {
	const text = Buffer.isBuffer(body) ? body.toString() : '';
	return (text === '' ? {} : JSON.parse(text)) as Partial<T>;
}

async function bad(reply: FastifyReply, text: string): Promise<FastifyReply> {
	return await reply.code(400).send({ message: text });
}
