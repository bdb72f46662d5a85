import type { IDataObject } from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import type { Api } from '../http/apiClient';
import type { Endpoint } from '../tasks/endpoint';
import type { Task } from '../tasks/task';
import type { DatabaseStore } from './databaseStore';
import type { ExecutionStore } from './executionStore';

/**
 * What a claim holds for: `execution` for an execution and its retries, `key` for an idempotency key, in all executions
 * of the workflow; `tool` for the requests of an AI agent, each of which is a run of its own.
 */
export type Scope = 'execution' | 'key' | 'tool';

/** One item whose request is complete but for the URLs of its files. */
export interface PreparedRequest {
	item: number;
	endpoint: Endpoint;
	scope: Scope;
	/** The same for every try of the same request. */
	claim: string;
	/** True when the request has files to upload first. */
	uploads: boolean;
	/** The request's body; uploads files first. */
	body: () => Promise<IDataObject>;
	/** Whether a create request may be sent again after "503 Service Unavailable". */
	retryUnavailable: boolean;
}

/** The result of a request. */
export type CreateResult =
	| { task: Task; own: boolean; reused: boolean }
	/** `skipped`: an earlier request failed, so this one was never sent. */
	| { failure: unknown }
	| { skipped: unknown };

export interface CreateRun {
	api: Api;
	clock: Clock;
	executionStore: ExecutionStore;
	/** `null` where this n8n has no table for it: Retry On Fail and Retry are then covered, a crash is not. */
	databaseStore: DatabaseStore | null;
	executionId: string;
	/** True when a user retries an execution. */
	isRetry: boolean;
	/** Requests in flight. */
	limit: number;
	/** True to continue with the other items when one fails. */
	keepGoing: boolean;
}

/** Of an earlier request: the task that it created. */
export interface Earlier {
	taskId: string;
	/** True when this very execution created it. */
	own: boolean;
}

/** A request and how often its video has been replaced: each generation has a claim of its own. */
export interface Attempt {
	request: PreparedRequest;
	generation: number;
}

/** Set when nothing more may be sent. */
export interface Stop {
	reason: unknown;
	isSet: boolean;
}

export type Attempted<R> = { earlier: Earlier } | { result: R };
