import type { FastifyRequest } from 'fastify';
import type { Operation } from './contract';
import { createTask } from './createTask';
import { ENDPOINT_NAMES } from './endpoints';
import { json, message } from './response';
import type { Sandbox } from './sandbox';
import type { Task } from './tasks';
import type { RuleEffect, SandboxPost } from './wire';

/** What a request carries from its arrival to its operation. */
export interface RequestContext {
	account: string;
	effect: RuleEffect;
	/** the record of a POST to a create route */
	post?: SandboxPost;
	/** resolves when the response has left, or the connection is gone */
	responded: Promise<void>;
}

/** The operations of the OpenAPI document, by operation id. */
export function operationsOf(
	sandbox: Sandbox,
	contextOf: (request: FastifyRequest) => RequestContext,
): Record<string, Operation> {
	const base = () => sandbox.url;
	const operations: Record<string, Operation> = {
		loras: () => json(200, { data: { default: [], customs: [] } }),
		uploads: (_context, request) =>
			json(200, { files: sandbox.uploads.list(base(), contextOf(request).account) }),
		upload: ({ request }, raw) => {
			const { files } = request.requestBody as { files: Array<{ content_type: string }> };
			const owner = contextOf(raw).account;
			return json(200, {
				files: files.map((file) =>
					sandbox.uploads.open(base(), { owner, contentType: file.content_type }),
				),
			});
		},
	};
	for (const endpoint of ENDPOINT_NAMES) {
		const isVisible = (task: Task, { account }: RequestContext) =>
			task.endpoint === endpoint && task.owner === account;
		operations[`create:${endpoint}`] = async ({ request }, raw) =>
			await createTask(sandbox, contextOf(raw), { endpoint, body: request.requestBody });
		operations[`list:${endpoint}`] = (_context, request) =>
			list(sandbox, (task) => isVisible(task, contextOf(request)));
		operations[`get:${endpoint}`] = ({ request }, raw) => {
			const task = sandbox.tasks.get((request.params as Record<string, string>)['task-id'] ?? '');
			if (task === undefined || !isVisible(task, contextOf(raw))) {
				return message(404, 'Task not found');
			}
			return json(200, { data: sandbox.bodyOf(task, sandbox.tasks.readable(task)) });
		};
	}
	return operations;
}

function list(sandbox: Sandbox, isVisible: (task: Task) => boolean) {
	const tasks = sandbox.tasks.list().filter(isVisible);
	// Seen by integrators: an account without tasks gets 404, not an empty list.
	if (tasks.length === 0) return message(404, 'Tasks not found');
	const entry = (task: Task) => ({ task_id: task.id, status: sandbox.tasks.readable(task) });
	return json(200, { data: tasks.map(entry) });
}
