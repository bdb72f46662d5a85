import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { json, message, problem } from './response';
import type { Operation } from './contract';
import { fetchImage, ImageRefused, type Image } from './images';
import { finalStatus, type Task } from './tasks';
import { MODELS, type Model, type RuleEffect, type SandboxPost } from './wire';
import type { Sandbox } from './sandbox';

interface CreateBody {
	image_url: string;
	prompt?: string;
	resolution?: '720P' | '1080P';
	duration?: number;
	seed?: number;
	webhook_url?: string;
}

/** What a request carries from its arrival to its operation. */
export interface Visit {
	account: string;
	effect: RuleEffect;
	/** the record of a POST to a create route */
	post?: SandboxPost;
	/** resolves when the answer has left, or the connection is gone */
	answered: Promise<void>;
}

/** The operations of the OpenAPI document, by operation id. */
export function operationsOf(
	sandbox: Sandbox,
	visitOf: (request: FastifyRequest) => Visit,
): Record<string, Operation> {
	const base = () => sandbox.url;
	const operations: Record<string, Operation> = {
		loras: () => json(200, { data: { default: [], customs: [] } }),
		uploads: (_context, request) =>
			json(200, { files: sandbox.uploads.list(base(), visitOf(request).account) }),
		upload: ({ request }, raw) => {
			const { files } = request.requestBody as { files: Array<{ content_type: string }> };
			const owner = visitOf(raw).account;
			return json(200, {
				files: files.map((file) =>
					sandbox.uploads.open(base(), { owner, contentType: file.content_type }),
				),
			});
		},
	};
	for (const model of MODELS) {
		operations[`create:${model}`] = async ({ request }, raw) =>
			await create(sandbox, visitOf(raw), { model, body: request.requestBody as CreateBody });
		operations[`list:${model}`] = (_context, request) => list(sandbox, visitOf(request), model);
		operations[`get:${model}`] = ({ request }, raw) => {
			const task = sandbox.tasks.get((request.params as Record<string, string>)['task-id'] ?? '');
			const visible = task?.model === model && task.owner === visitOf(raw).account;
			if (!visible) return message(404, 'Task not found');
			return json(200, { data: sandbox.bodyOf(task, sandbox.tasks.readable(task)) });
		};
	}
	return operations;
}

async function create(sandbox: Sandbox, visit: Visit, order: { model: Model; body: CreateBody }) {
	let image: Image;
	try {
		image = await fetchImage(order.body.image_url);
	} catch (error) {
		if (!(error instanceof ImageRefused)) throw error;
		const { message: reason } = error;
		return problem([{ name: 'image_url', reason }], sandbox.settings.problemForm);
	}
	const task = newTask(sandbox, visit, { ...order, image });
	if (visit.post !== undefined) visit.post.taskId = task.id;
	const early = task.callbackMode === 'early';
	if (!early) sandbox.callbacks.holdUntil(task, visit.answered);
	sandbox.tasks.add(task);
	// The answer says CREATED even when the task is so short that it has already moved on.
	const answer = json(200, { data: sandbox.bodyOf(task, 'CREATED') });
	if (early) {
		if (task.seconds === undefined) sandbox.tasks.advance(task, finalStatus(task));
		if (task.webhookUrl !== null) await sandbox.callbacks.sendEarly(task);
	}
	return answer;
}

function newTask(
	sandbox: Sandbox,
	{ account, effect }: Visit,
	{ model, body, image }: { model: Model; body: CreateBody; image: Image },
): Task {
	return {
		id: randomUUID(),
		model,
		owner: account,
		status: 'CREATED',
		createdAt: Date.now(),
		startedAt: sandbox.clock.now(),
		prompt: body.prompt ?? null,
		imageUrl: body.image_url,
		webhookUrl: body.webhook_url ?? null,
		resolution: body.resolution ?? '1080P',
		duration: body.duration ?? 5,
		seed: body.seed ?? null,
		image,
		quality: sandbox.settings.videoQuality,
		held: effect.hold ?? false,
		seconds: effect.seconds,
		outcome: effect.outcome ?? 'COMPLETED',
		failure: effect.failure ?? {},
		callbackMode: effect.callbacks,
		history: [],
	};
}

function list(sandbox: Sandbox, { account }: Visit, model: Model) {
	const tasks = sandbox.tasks
		.list()
		.filter((task) => task.owner === account && task.model === model);
	// Seen by integrators: an account without tasks gets 404, not an empty list.
	if (tasks.length === 0) return message(404, 'Tasks not found');
	const entry = (task: Task) => ({ task_id: task.id, status: sandbox.tasks.readable(task) });
	return json(200, { data: tasks.map(entry) });
}
