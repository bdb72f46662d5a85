import { randomUUID } from 'node:crypto';
import { endpoints, type EndpointName } from './endpoints';
import type { CreateBody, Endpoint, Plan } from './endpoints/endpoint';
import { fileUrls, readFiles } from './endpoints/files';
import type { RequestContext } from './operations';
import { json, problem, type ApiResponse } from './response';
import type { Sandbox } from './sandbox';
import { finalStatus, type Task } from './tasks';

/**
 * Does a create request whose body fits the schema: reads its files, makes the task and returns
 * the response, which is a 400 when a file breaks a limit.
 */
export async function createTask(
	sandbox: Sandbox,
	context: RequestContext,
	request: { endpoint: EndpointName; body: unknown },
): Promise<ApiResponse> {
	const body = request.body as CreateBody;
	const endpoint: Endpoint = endpoints[request.endpoint];
	const { files, invalid } = await readFiles(endpoint, body);
	if (invalid.length > 0) return problem(invalid, sandbox.settings.problemForm);
	const plan = await endpoint.plan(body, files);
	const task = newTask(sandbox, context, { endpoint: request.endpoint, body, plan });
	if (context.post !== undefined) context.post.taskId = task.id;
	const early = task.webhookMode === 'early';
	if (!early) sandbox.webhooks.holdUntil(task, context.responded);
	sandbox.tasks.add(task);
	// The response says CREATED even when the task is so short that it has already moved on.
	const response = json(200, { data: sandbox.bodyOf(task, 'CREATED') });
	if (early) {
		if (task.seconds === undefined) sandbox.tasks.advance(task, finalStatus(task));
		if (task.webhookUrl !== null) await sandbox.webhooks.sendEarly(task);
	}
	return response;
}

function newTask(
	sandbox: Sandbox,
	{ account, effect }: RequestContext,
	{ endpoint, body, plan }: { endpoint: EndpointName; body: CreateBody; plan: Plan },
): Task {
	return {
		id: randomUUID(),
		endpoint,
		owner: account,
		status: 'CREATED',
		createdAt: Date.now(),
		startedAt: sandbox.clock.now(),
		prompt: body.prompt ?? null,
		imageUrl: imageUrlOf(body),
		fileUrls: fileUrls(endpoints[endpoint], body).map(({ url }) => url),
		webhookUrl: body.webhook_url ?? null,
		resolution: body.resolution ?? '1080P',
		duration: plan.seconds,
		seed: body.seed ?? null,
		image: plan.image,
		quality: sandbox.settings.videoQuality,
		held: effect.hold ?? false,
		seconds: effect.seconds,
		outcome: effect.outcome ?? 'COMPLETED',
		failure: effect.failure ?? {},
		webhookMode: effect.webhooks,
		history: [],
	};
}

function imageUrlOf({ image_url: url }: CreateBody): string | null {
	return typeof url === 'string' ? url : null;
}
