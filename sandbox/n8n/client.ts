import { viewExecution, type ExecutionStatus, type ExecutionView } from './execution';
import { RestError } from './session';
import { nextExecution, waitForExecution } from './waiting';
import type { ExecutionStart, ExecutionWait } from './waiting';
import { sendToWebhook, waitForWebhook } from './webhook';
import type { WebhookRequest, WebhookResponse, WebhookWait } from './webhook';
import type { ExecutionSummary, ListQuery, ListResult, ManualRun, NodeType } from './wire';
import { Workspace } from './workspace';

export type * from './wire';
export type { WebhookRequest, WebhookResponse, WebhookWait } from './webhook';

const dynamicParameters = (query: ListQuery): Record<string, unknown> => ({
	nodeTypeAndVersion: { name: query.nodeType, version: query.typeVersion ?? 1 },
	path: query.path,
	methodName: query.methodName,
	currentNodeParameters: query.parameters,
	...(query.credentials ? { credentials: query.credentials } : {}),
});

/** Drives an n8n the way its editor does. All methods but `setupOwner` and `login` need a login. */
export class N8nClient extends Workspace {
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
		const response = await this.rest('POST', `workflows/${workflowId}/run`, {
			...(first ? { workflowData: saved, startNodes: [] } : {}),
			...(destinationNode === undefined
				? {}
				: { destinationNode: { nodeName: destinationNode, mode: 'inclusive' } }),
			...(runData === undefined ? {} : { runData }),
			...(runData === undefined && triggerNode !== undefined
				? { triggerToStartFrom: { name: triggerNode } }
				: {}),
		});
		const { executionId } = response as { executionId?: string };
		if (executionId === undefined) {
			throw new Error('n8n waits for a test event now: no execution was started.');
		}
		return executionId;
	}

	/** Newest first, at most 100. */
	async executions(
		filter: { workflowId?: string; status?: ExecutionStatus[] } = {},
	): Promise<ExecutionSummary[]> {
		const response = await this.session.rest('GET', 'executions', {
			query: { limit: '100', filter: JSON.stringify(filter) },
		});
		return (response as { results: ExecutionSummary[] }).results;
	}

	/** One execution with the data of its nodes; throws `RestError` 404 when there is none. */
	async execution(id: string): Promise<ExecutionView> {
		const found = (await this.rest('GET', `executions/${id}`)) as Record<string, unknown>;
		// n8n responds with 200 and an empty object for one that does not exist.
		if (found.id === undefined) throw new RestError(404, `GET /rest/executions/${id}`, 'not found');
		return viewExecution(found);
	}

	async executionStatus(id: string): Promise<ExecutionStatus> {
		return (await this.execution(id)).status;
	}

	/** Polls until the execution has one of the statuses; by default until it has ended. */
	async waitForExecution(id: string, options: ExecutionWait = {}): Promise<ExecutionView> {
		const read = async () => await this.execution(id);
		return await waitForExecution({ id, read }, options);
	}

	/** Polls until a workflow has an execution that is newer than `after`, and returns its ID. */
	async nextExecution(workflowId: string, options: ExecutionStart = {}): Promise<string> {
		const list = async () => await this.executions({ workflowId });
		return await nextExecution({ workflowId, list }, options);
	}

	async stopExecution(id: string): Promise<void> {
		await this.rest('POST', `executions/${id}/stop`, {});
	}

	/** Presses "Retry"; resolves when the new execution has ended or waits. Returns its ID. */
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

	/** Sends a request to a path under `/webhook/`, or any path or URL of this n8n that starts with `/` or `http`. */
	async sendToWebhook(path: string, request: WebhookRequest = {}): Promise<WebhookResponse> {
		const url = new URL(/^(\/|http)/.test(path) ? path : `/webhook/${path}`, this.url);
		return await sendToWebhook(url, request);
	}

	/** The bytes behind the `id` of a binary entry (`filesystem-v2:...`). */
	async downloadBinary(binaryId: string): Promise<Buffer> {
		const response = await this.session.send('GET', '/rest/binary-data', {
			query: { id: binaryId, action: 'download' },
		});
		if (!response.ok)
			throw new RestError(response.status, 'GET /rest/binary-data', await response.text());
		return Buffer.from(await response.arrayBuffer());
	}

	/** All node types this n8n knows, as its editor loads them. */
	async nodeTypes(): Promise<NodeType[]> {
		const response = await this.session.send('GET', '/types/nodes.json');
		if (!response.ok)
			throw new RestError(response.status, 'GET /types/nodes.json', await response.text());
		return (await response.json()) as NodeType[];
	}

	/** What the editor shows in "From list" of a resource locator. */
	async searchList(query: ListQuery): Promise<ListResult> {
		const response = await this.rest('POST', 'dynamic-node-parameters/resource-locator-results', {
			...dynamicParameters(query),
			...(query.filter === undefined ? {} : { filter: query.filter }),
			...(query.paginationToken === undefined ? {} : { paginationToken: query.paginationToken }),
		});
		return response as ListResult;
	}

	/** What the editor shows in a dropdown that is filled by a `loadOptions` method. */
	async loadOptions(
		query: Omit<ListQuery, 'filter' | 'paginationToken'>,
	): Promise<Array<{ name: string; value: unknown }>> {
		const response = await this.rest(
			'POST',
			'dynamic-node-parameters/options',
			dynamicParameters(query),
		);
		return response as Array<{ name: string; value: unknown }>;
	}
}
