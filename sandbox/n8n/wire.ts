import type { ExecutionStatus } from './execution';

export type WorkflowJson = Record<string, unknown>;

export interface ManualRun {
	/** Name of the trigger to start from; by default the workflow's Manual Trigger. */
	triggerNode?: string;
	/** Run up to this node only. */
	destinationNode?: string;
	/** Results of an earlier run, for "Execute step". */
	runData?: Record<string, unknown>;
}

export interface ExecutionSummary {
	id: string;
	status: ExecutionStatus;
	workflowId: string;
	mode: string;
	retryOf?: string | null;
}

export interface NodeType {
	name: string;
	displayName: string;
	version: number | number[];
	defaultVersion?: number;
	[key: string]: unknown;
}

export interface ListQuery {
	nodeType: string;
	typeVersion?: number;
	methodName: string;
	/** Path of the parameter, for example `parameters.taskId`. */
	path: string;
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	filter?: string;
	paginationToken?: string;
}

export interface ListResult {
	results: Array<{ name: string; value: string | number | boolean; url?: string }>;
	paginationToken?: unknown;
}
