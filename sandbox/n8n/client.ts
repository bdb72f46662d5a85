import { setTimeout as sleep } from 'node:timers/promises';

import { viewExecution, type ExecutionStatus, type ExecutionView } from './execution';
import { RestError, Session } from './session';
import { callWebhook, waitForWebhook } from './webhook';
import type { WebhookAnswer, WebhookCall, WebhookWait } from './webhook';
import type {
	ExecutionSummary,
	ListQuery,
	ListResult,
	ManualRun,
	NodeType,
	WorkflowJson,
} from './wire';

export type * from './wire';
export type { WebhookAnswer, WebhookCall, WebhookWait } from './webhook';

export const OWNER = {
	email: 'owner@happy-horse.local',
	firstName: 'Happy',
	lastName: 'Horse',
	password: 'Happy-Horse-2026',
};

const isFinal = ['success', 'error', 'crashed', 'canceled'] satisfies ExecutionStatus[];

const dynamicParameters = (query: ListQuery): Record<string, unknown> => ({
	nodeTypeAndVersion: { name: query.nodeType, version: query.typeVersion ?? 1 },
	path: query.path,
	methodName: query.methodName,
	currentNodeParameters: query.parameters,
	...(query.credentials ? { credentials: query.credentials } : {}),
});

/** Drives an n8n the way its editor does. All calls but the first two need a login. */
export class N8nClient {
	private readonly session: Session;
	private majorVersion: number | undefined;

	constructor(readonly url: string) {
		this.session = new Session(url);
	}

	/** Any REST call this class has no method for; returns `data` of the answer. */
	async rest(method: string, path: string, body?: unknown): Promise<unknown> {
		return await this.session.rest(method, path, body === undefined ? {} : { body });
	}

	/** A page of n8n that is no answer of the REST API, such as the one after a sign-in elsewhere. */
	async page(path: string): Promise<string> {
		return await (await this.session.send('GET', path)).text();
	}

	/** Makes the first user of a fresh n8n, and logs in as that user. */
	async setupOwner(): Promise<void> {
		await this.rest('POST', 'owner/setup', OWNER);
	}

	async login(): Promise<void> {
		const { email, password } = OWNER;
		await this.rest('POST', 'login', { emailOrLdapLoginId: email, email, password });
	}

	/** 1 or 2. */
	async major(): Promise<number> {
		if (this.majorVersion === undefined) {
			const settings = (await this.rest('GET', 'settings')) as { versionCli: string };
			this.majorVersion = Number(settings.versionCli.split('.')[0]);
		}
		return this.majorVersion;
	}

	async createCredential(
		type: string,
		{ name, data }: { name: string; data: Record<string, unknown> },
	): Promise<string> {
		const made = await this.rest('POST', 'credentials', { name, type, data });
		return (made as { id: string }).id;
	}

	async deleteCredential(id: string): Promise<void> {
		await this.rest('DELETE', `credentials/${id}`);
	}

	/** Presses the "Test" of a credential; n8n tests stored ones only, so it is kept for a moment. */
	async testCredential(
		type: string,
		data: Record<string, unknown>,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		const name = `test of ${type}`;
		const id = await this.createCredential(type, { name, data });
		try {
			const answer = await this.rest('POST', 'credentials/test', {
				credentials: { id, name, type, data },
			});
			return answer as { status: 'OK' | 'Error'; message: string };
		} finally {
			await this.deleteCredential(id);
		}
	}

	/** Saves a workflow and, unless told otherwise, publishes it. Returns its ID. */
	async importWorkflow(
		workflow: WorkflowJson,
		{ activate = true }: { activate?: boolean } = {},
	): Promise<string> {
		const { name = 'Workflow', nodes, connections, settings = {}, pinData = {}, meta } = workflow;
		const made = await this.rest('POST', 'workflows', {
			name,
			nodes,
			connections,
			settings,
			pinData,
			// n8n 1 refuses a workflow without it; n8n 2 publishes in a step of its own.
			active: false,
			...(meta === undefined ? {} : { meta }),
		});
		const { id } = made as { id: string };
		if (activate) await this.activate(id);
		return id;
	}

	async workflow(id: string): Promise<WorkflowJson> {
		return (await this.rest('GET', `workflows/${id}`)) as WorkflowJson;
	}

	/** Publishes the saved version. Webhooks answer a moment later: see `waitForWebhook`. */
	async activate(id: string): Promise<void> {
		const { versionId } = await this.workflow(id);
		if ((await this.major()) === 1) {
			await this.rest('PATCH', `workflows/${id}`, { active: true, versionId });
		} else {
			await this.rest('POST', `workflows/${id}/activate`, { versionId });
		}
	}

	async deactivate(id: string): Promise<void> {
		if ((await this.major()) === 1) {
			const { versionId } = await this.workflow(id);
			await this.rest('PATCH', `workflows/${id}`, { active: false, versionId });
		} else {
			await this.rest('POST', `workflows/${id}/deactivate`, {});
		}
	}

	/** Saves changed fields (a draft on n8n 2: `activate` publishes it). */
	async updateWorkflow(id: string, changes: WorkflowJson): Promise<void> {
		const { versionId } = await this.workflow(id);
		await this.rest('PATCH', `workflows/${id}?forceSave=true`, { ...changes, versionId });
	}

	async deleteWorkflow(id: string): Promise<void> {
		await this.rest('POST', `workflows/${id}/archive`, {});
		await this.rest('DELETE', `workflows/${id}`);
	}

	/**
	 * Presses "Execute workflow" (or "Execute step" with `runData` and `destinationNode`) on a
	 * saved workflow. Returns the execution ID; throws when n8n listens for a test event instead.
	 */
	async runManually(workflowId: string, run: ManualRun = {}): Promise<string> {
		const saved = await this.workflow(workflowId);
		const nodes = saved.nodes as Array<{ name: string; type: string }>;
		const { destinationNode, runData } = run;
		const triggerNode =
			run.triggerNode ?? nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger')?.name;
		const first = (await this.major()) === 1;
		const answer = await this.rest('POST', `workflows/${workflowId}/run`, {
			...(first ? { workflowData: saved, startNodes: [] } : {}),
			...(destinationNode === undefined
				? {}
				: { destinationNode: { nodeName: destinationNode, mode: 'inclusive' } }),
			...(runData === undefined ? {} : { runData }),
			...(runData === undefined && triggerNode !== undefined
				? { triggerToStartFrom: { name: triggerNode } }
				: {}),
		});
		const { executionId } = answer as { executionId?: string };
		if (executionId === undefined) {
			throw new Error('n8n waits for a test event now: no execution was started.');
		}
		return executionId;
	}

	/** Newest first, at most 100. */
	async executions(
		filter: { workflowId?: string; status?: ExecutionStatus[] } = {},
	): Promise<ExecutionSummary[]> {
		const answer = await this.session.rest('GET', 'executions', {
			query: { limit: '100', filter: JSON.stringify(filter) },
		});
		return (answer as { results: ExecutionSummary[] }).results;
	}

	/** One execution with the data of its nodes; throws `RestError` 404 when there is none. */
	async execution(id: string): Promise<ExecutionView> {
		const found = (await this.rest('GET', `executions/${id}`)) as Record<string, unknown>;
		// n8n answers 200 with an empty object for one that does not exist.
		if (found.id === undefined) throw new RestError(404, `GET /rest/executions/${id}`, 'not found');
		return viewExecution(found);
	}

	async executionStatus(id: string): Promise<ExecutionStatus> {
		return (await this.execution(id)).status;
	}

	/** Polls until the execution has one of the statuses; by default until it has ended. */
	async waitForExecution(
		id: string,
		{
			until = isFinal,
			timeoutMs = 60_000,
			pollMs = 200,
		}: { until?: ExecutionStatus[]; timeoutMs?: number; pollMs?: number } = {},
	): Promise<ExecutionView> {
		const end = Date.now() + timeoutMs;
		for (;;) {
			// A row without data yet answers 404 or 500 for a moment.
			const seen = await this.execution(id).catch((error: unknown) => {
				if (error instanceof RestError && [404, 500].includes(error.status)) return undefined;
				throw error;
			});
			if (seen && until.includes(seen.status)) return seen;
			if (Date.now() > end) {
				const state = `"${seen?.status ?? 'unreadable'}" after ${timeoutMs / 1000} s`;
				const reason = seen?.error ? ` ${seen.error.message}` : '';
				throw new Error(`Execution ${id} is ${state}, not ${until.join(' or ')}.${reason}`);
			}
			await sleep(pollMs);
		}
	}

	/** Polls until a workflow has an execution that is newer than `after`, and returns its ID. */
	async nextExecution(
		workflowId: string,
		{ after = '0', timeoutMs = 20_000 }: { after?: string; timeoutMs?: number } = {},
	): Promise<string> {
		const end = Date.now() + timeoutMs;
		for (;;) {
			const newer = (await this.executions({ workflowId }))
				.map(({ id }) => Number(id))
				.filter((id) => id > Number(after));
			if (newer.length > 0) return String(Math.min(...newer));
			if (Date.now() > end) throw new Error(`Workflow ${workflowId} started no execution.`);
			await sleep(100);
		}
	}

	async stopExecution(id: string): Promise<void> {
		await this.rest('POST', `executions/${id}/stop`, {});
	}

	/** Presses "Retry"; answers when the new execution has ended or waits. Returns its ID. */
	async retryExecution(id: string, { loadWorkflow = false } = {}): Promise<string> {
		const known = new Set((await this.executions()).map((execution) => execution.id));
		await this.rest('POST', `executions/${id}/retry`, { loadWorkflow });
		const started = (await this.executions()).find(
			(execution) => !known.has(execution.id) && String(execution.retryOf) === String(id),
		);
		if (!started) throw new Error(`n8n started no retry of execution ${id}.`);
		return started.id;
	}

	async deleteExecution(id: string): Promise<void> {
		await this.rest('POST', 'executions/delete', { ids: [id] });
	}

	/** Polls until a production webhook is registered; starts nothing. */
	async waitForWebhook(path: string, options: WebhookWait = {}): Promise<void> {
		await waitForWebhook(new URL(`/webhook/${path}`, this.url), options);
	}

	/** Calls a path under `/webhook/`, or any path or URL of this n8n that starts with `/` or `http`. */
	async callWebhook(path: string, call: WebhookCall = {}): Promise<WebhookAnswer> {
		const url = new URL(/^(\/|http)/.test(path) ? path : `/webhook/${path}`, this.url);
		return await callWebhook(url, call);
	}

	/** The bytes behind the `id` of a binary entry (`filesystem-v2:...`). */
	async downloadBinary(binaryId: string): Promise<Buffer> {
		const answer = await this.session.send('GET', '/rest/binary-data', {
			query: { id: binaryId, action: 'download' },
		});
		if (!answer.ok)
			throw new RestError(answer.status, 'GET /rest/binary-data', await answer.text());
		return Buffer.from(await answer.arrayBuffer());
	}

	/** All node types this n8n knows, as its editor loads them. */
	async nodeTypes(): Promise<NodeType[]> {
		const answer = await this.session.send('GET', '/types/nodes.json');
		if (!answer.ok)
			throw new RestError(answer.status, 'GET /types/nodes.json', await answer.text());
		return (await answer.json()) as NodeType[];
	}

	/** What the editor shows in "From list" of a resource locator. */
	async searchList(query: ListQuery): Promise<ListResult> {
		const answer = await this.rest('POST', 'dynamic-node-parameters/resource-locator-results', {
			...dynamicParameters(query),
			...(query.filter === undefined ? {} : { filter: query.filter }),
			...(query.paginationToken === undefined ? {} : { paginationToken: query.paginationToken }),
		});
		return answer as ListResult;
	}

	/** What the editor shows in a dropdown that is filled by a `loadOptions` method. */
	async loadOptions(
		query: Omit<ListQuery, 'filter' | 'paginationToken'>,
	): Promise<Array<{ name: string; value: unknown }>> {
		const answer = await this.rest(
			'POST',
			'dynamic-node-parameters/options',
			dynamicParameters(query),
		);
		return answer as Array<{ name: string; value: unknown }>;
	}
}
