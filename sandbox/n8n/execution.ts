import { parseFlatted } from './flatted';

export type ExecutionStatus =
	| 'new'
	| 'running'
	| 'waiting'
	| 'success'
	| 'error'
	| 'crashed'
	| 'canceled'
	| 'unknown';

export interface BinaryEntry {
	/** What `downloadBinary` takes; absent when n8n keeps binaries in memory. */
	id?: string;
	data: string;
	mimeType: string;
	fileName?: string;
	fileExtension?: string;
	fileSize?: string;
	bytes?: number;
}

export interface Item {
	json: Record<string, unknown>;
	binary?: Record<string, BinaryEntry>;
	pairedItem?: unknown;
	error?: unknown;
}

/** One run of one node. */
export interface NodeRun {
	/** Items per output of the main connection; outputs without items are empty arrays. */
	outputs: Item[][];
	executionStatus: string | undefined;
	startTime: number | undefined;
	executionTimeMs: number | undefined;
	error: ({ message: string; description?: string } & Record<string, unknown>) | undefined;
	hints: unknown[];
	metadata: Record<string, unknown>;
}

export interface ExecutionView {
	id: string;
	status: ExecutionStatus;
	mode: string;
	workflowId: string;
	retryOf: string | undefined;
	waitTill: Date | undefined;
	startedAt: Date | undefined;
	stoppedAt: Date | undefined;
	lastNodeExecuted: string | undefined;
	error: NodeRun['error'];
	runData: Record<string, NodeRun[]>;
	/** Execution data as n8n keeps it, un-flattened (resultData, executionData, waitTill ...). */
	data: Record<string, unknown>;
	/** The response of the REST API, unchanged. */
	raw: Record<string, unknown>;
}

type Dictionary = Record<string, unknown>;

const isDictionary = (value: unknown): value is Dictionary =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const dictionary = (value: unknown): Dictionary => (isDictionary(value) ? value : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | undefined =>
	typeof value === 'string' ? value : undefined;
const number = (value: unknown): number | undefined =>
	typeof value === 'number' ? value : undefined;
const date = (value: unknown): Date | undefined =>
	typeof value === 'string' || typeof value === 'number' ? new Date(value) : undefined;

function errorOf(value: unknown): NodeRun['error'] {
	if (!isDictionary(value)) return undefined;
	return { ...value, message: text(value.message) ?? '' };
}

function nodeRun(value: unknown): NodeRun {
	const run = dictionary(value);
	return {
		outputs: list(dictionary(run.data).main).map((output) => list(output) as Item[]),
		executionStatus: text(run.executionStatus),
		startTime: number(run.startTime),
		executionTimeMs: number(run.executionTime),
		error: errorOf(run.error),
		hints: list(run.hints),
		metadata: dictionary(run.metadata),
	};
}

/** Turns what GET /rest/executions/:id returns into a view; un-flattens the data when needed. */
export function viewExecution(raw: Dictionary): ExecutionView {
	const data = dictionary(typeof raw.data === 'string' ? parseFlatted(raw.data) : raw.data);
	const result = dictionary(data.resultData);
	const runs = Object.entries(dictionary(result.runData)).map(
		([node, value]): [string, NodeRun[]] => [node, list(value).map(nodeRun)],
	);
	return {
		id: String(raw.id),
		status: raw.status as ExecutionStatus,
		mode: text(raw.mode) ?? '',
		workflowId: text(raw.workflowId) ?? '',
		retryOf: text(raw.retryOf),
		waitTill: date(raw.waitTill),
		startedAt: date(raw.startedAt),
		stoppedAt: date(raw.stoppedAt),
		lastNodeExecuted: text(result.lastNodeExecuted),
		error: errorOf(result.error),
		runData: Object.fromEntries(runs),
		data,
		raw,
	};
}

/**
 * False for the moment in which n8n 1 has stored how an execution ended, but not yet its data: those are still what
 * they were when it started, was suspended or was continued.
 */
export function isWhole({ status, data, lastNodeExecuted, error }: ExecutionView): boolean {
	const suspended = data.waitTill !== undefined && data.waitTill !== null;
	if (status === 'waiting') return suspended;
	if (status === 'error') return error !== undefined;
	if (status === 'canceled') return lastNodeExecuted !== undefined && !suspended;
	if (status !== 'success') return true;
	const stillToRun = list(dictionary(data.executionData).nodeExecutionStack);
	return lastNodeExecuted !== undefined && stillToRun.length === 0;
}

/** The items of one output of one run of a node; empty when the node did not run. */
export function itemsOf(
	execution: ExecutionView,
	node: string,
	{ run = 0, output = 0 }: { run?: number; output?: number } = {},
): Item[] {
	return execution.runData[node]?.[run]?.outputs[output] ?? [];
}
