import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { ExecutionLifecycleHooks, PackageDirectoryLoader, WorkflowExecute } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRun,
	IRunExecutionData,
	ITaskData,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createRunExecutionData, NodeConnectionTypes, NodeHelpers, Workflow } from 'n8n-workflow';

import { n8nFacts } from '../../n8nFacts';
import { OneCredential } from './credentials';

export const PACKAGE_ROOT = resolve(__dirname, '../../..');

export const NODE_NAME = 'Happy Horse';

/** A port on which nothing listens: webhooks of the sandbox get nowhere. */
const N8N = 'http://127.0.0.1:1';

const WAITING = `${N8N}/webhook-waiting`;

/** A run of the workflow Rows → Happy Horse → Videos (main output), Failed (error output). */
export interface Job {
	rows: IDataObject[];
	parameters: INodeParameters;
	/** Settings of the node, such as `onError`. */
	settings?: Partial<INode>;
	executionId?: string;
	/** Type of the node Rows, which starts the workflow. */
	startType?: string;
}

/** Passes its input on, like n8n's own No Operation. */
const passThrough: INodeType = {
	description: {
		displayName: 'Pass Through',
		name: 'passThrough',
		group: ['transform'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async execute() {
		return [this.getInputData()];
	},
};

/**
 * n8n's engine, with the package as it was built. Expressions are evaluated by the older of n8n's two engines:
 * the isolate of n8n 2 is loaded by a dynamic import, which jest does not allow.
 */
export class Engine {
	private constructor(
		readonly loader: PackageDirectoryLoader,
		private readonly credential: ICredentialDataDecryptedObject,
		private readonly home: string,
	) {}

	/** `credential` is what a user would have entered into the credential's fields. */
	static async start(credential: ICredentialDataDecryptedObject): Promise<Engine> {
		const home = mkdtempSync(join(tmpdir(), 'happy-horse-engine-'));
		Object.assign(process.env, { N8N_USER_FOLDER: home, N8N_LOG_LEVEL: 'silent' });
		const loader = new PackageDirectoryLoader(PACKAGE_ROOT);
		await loader.loadAll();
		return new Engine(loader, credential, home);
	}

	stop(): void {
		rmSync(this.home, { recursive: true, force: true });
	}

	/** Starts the workflow. The promise that comes back has `cancel()`. */
	run({ rows, executionId = '1', ...node }: Job) {
		const workflow = this.workflow(node);
		const items = rows.map((json): INodeExecutionData => ({ json }));
		const execution = this.execute(workflow, { mode: 'webhook', executionId });
		const startNode = workflow.getNode('Rows')!;
		const triggerToStartFrom = { name: 'Rows', data: taskDataOf(items) };
		if (n8nFacts.runTakesObject) return execution.run({ workflow, startNode, triggerToStartFrom });
		const older = execution as unknown as OlderWorkflowExecute;
		return older.run(workflow, startNode, undefined, undefined, triggerToStartFrom);
	}

	/** What "Retry execution" does in n8n: the stored data of a failed run under a new execution ID. */
	async retry(failed: IRun, { executionId = '2', ...node }: Job): Promise<IRun> {
		const data = stored(failed);
		delete data.resultData.error;
		const runs = data.resultData.runData[data.resultData.lastNodeExecuted ?? ''];
		if (runs?.at(-1)?.error !== undefined) runs.pop();
		const workflow = this.workflow(node);
		const execution = this.execute(workflow, { mode: 'retry', executionId, data });
		return await execution.processRunExecutionData(workflow);
	}

	/** What n8n's timer does when the time of a waiting run has come. */
	async timeOut(waiting: IRun, { executionId = '1', ...node }: Job): Promise<IRun> {
		const workflow = this.workflow(node);
		const data = stored(waiting);
		const execution = this.execute(workflow, { mode: 'webhook', executionId, data });
		return await execution.processRunExecutionData(workflow);
	}

	private execute(workflow: Workflow, { mode, executionId, data }: Execution): WorkflowExecute {
		const { type } = this.loader.getCredential('happyHorseApi');
		const additionalData: Partial<IWorkflowExecuteAdditionalData> = {
			credentialsHelper: new OneCredential(type, this.credential),
			hooks: new ExecutionLifecycleHooks(mode, executionId, {
				id: workflow.id,
				name: workflow.name ?? '',
				active: true,
				isArchived: false,
				createdAt: new Date(),
				updatedAt: new Date(),
				nodes: Object.values(workflow.nodes),
				connections: workflow.connectionsBySourceNode,
				activeVersionId: null,
			}),
			executionId,
			currentNodeExecutionIndex: 0,
			variables: {},
			restApiUrl: `${N8N}/rest`,
			instanceBaseUrl: `${N8N}/`,
			webhookWaitingBaseUrl: WAITING,
			formWaitingBaseUrl: `${N8N}/form-waiting`,
		};
		return new WorkflowExecute(additionalData as IWorkflowExecuteAdditionalData, mode, data);
	}

	private workflow({ parameters, settings, startType }: Omit<Job, 'rows'>): Workflow {
		const type = `${this.loader.packageName}.happyHorse`;
		const base = { typeVersion: 1, position: [0, 0] as [number, number], parameters: {} };
		const link = (node: string) => [{ node, type: NodeConnectionTypes.Main, index: 0 }];
		return new Workflow({
			id: 'workflow-1',
			name: 'Engine test',
			active: true,
			nodeTypes: this.nodeTypes(),
			settings: { executionOrder: 'v1' },
			nodes: [
				{ ...base, id: 'Rows', name: 'Rows', type: startType ?? 'test.passThrough' },
				...['Videos', 'Failed'].map((name) => ({
					...{ ...base, id: name, name, type: 'test.passThrough' },
				})),
				{
					...{ ...base, id: 'node-1', name: NODE_NAME, type },
					parameters: { resource: 'imageToVideo', ...parameters },
					credentials: { happyHorseApi: { id: 'credential-1', name: 'Sandbox' } },
					...settings,
				},
			],
			connections: {
				Rows: { main: [link(NODE_NAME)] },
				[NODE_NAME]: { main: [link('Videos'), link('Failed')] },
			},
		});
	}

	private nodeTypes(): INodeTypes {
		const prefix = `${this.loader.packageName}.`;
		const find = (type: string) =>
			type.startsWith(prefix) ? this.loader.getNode(type.slice(prefix.length)).type : passThrough;
		return {
			getByName: find,
			getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(find(type), version),
			getKnownTypes: () => ({}),
		};
	}
}

/** As n8n 1 has it. */
interface OlderWorkflowExecute {
	run(
		workflow: Workflow,
		startNode: INode,
		destinationNode: undefined,
		pinData: undefined,
		triggerToStartFrom: { name: string; data: ITaskData },
	): ReturnType<WorkflowExecute['run']>;
}

interface Execution {
	mode: WorkflowExecuteMode;
	executionId: string;
	data?: IRunExecutionData;
}

/** What a database gives back of a run. */
function stored({ data }: IRun): IRunExecutionData {
	const copy = JSON.parse(JSON.stringify(data)) as IRunExecutionData;
	return createRunExecutionData({ ...copy, ...(data.waitTill && { waitTill: data.waitTill }) });
}

function taskDataOf(items: INodeExecutionData[]) {
	const times = { startTime: 0, executionTime: 0, executionIndex: 0 };
	return { ...times, source: [], data: { main: [items] } };
}
