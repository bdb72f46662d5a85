import type { IDataObject } from 'n8n-workflow';

import { isLocalHost } from '../http/localHosts';

/** A task as the API returns it. Its field names are the API's own. */
export interface Task {
	task_id: string;
	/** CREATED, IN_PROGRESS, COMPLETED or FAILED. An unknown status is kept and counts as unfinished. */
	status: string;
	/** URLs of the finished video files. */
	generated: string[];
	/** Any further field that came along. */
	extra: IDataObject;
	/** True for a task from the list, which holds no URL and no reason even where the task has one. */
	listed?: boolean;
}

export const STATUSES = ['COMPLETED', 'CREATED', 'FAILED', 'IN_PROGRESS'] as const;

/** A final status never changes. */
export function isFinal(status: string): boolean {
	return status === 'COMPLETED' || status === 'FAILED';
}

export function isRecord(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// A task ID becomes part of a path and of a file name, so nothing else is accepted.
const TASK_ID = /^(?!\.{1,2}$)[A-Za-z0-9_.:~-]{1,128}$/;

export function isTaskId(value: unknown): value is string {
	return typeof value === 'string' && TASK_ID.test(value);
}

/** The task in a response or a webhook, with or without the `data` around it; `null` if there is none. */
export function taskFrom(payload: unknown): Task | null {
	const body = bodyOf(payload);
	if (!isTaskId(body?.task_id) || typeof body?.status !== 'string') return null;
	return taskOf(body, body.task_id, body.status);
}

/**
 * The task in the response to a create request. It is paid for, so any ID is accepted, also one that this node could not
 * read again, and the status may be missing; `null` if there is no ID.
 */
export function createdTaskFrom(payload: unknown): Task | null {
	const body = bodyOf(payload);
	const id = typeof body?.task_id === 'number' ? String(body.task_id) : body?.task_id;
	if (!body || typeof id !== 'string' || id.trim() === '') return null;
	return taskOf(body, id, typeof body.status === 'string' ? body.status : 'CREATED');
}

function bodyOf(payload: unknown): IDataObject | null {
	const body = isRecord(payload) && isRecord(payload.data) ? payload.data : payload;
	return isRecord(body) ? body : null;
}

function taskOf(body: IDataObject, task_id: string, rawStatus: string): Task {
	const status = statusFrom(rawStatus);
	const extra = without(body, ['task_id', 'status', 'generated']);
	return {
		task_id,
		status,
		generated: filesFrom(body.generated),
		extra: status === rawStatus ? extra : { ...extra, api_status: rawStatus },
	};
}

/** The object without the fields of these names. */
export function without(object: IDataObject, names: readonly string[]): IDataObject {
	return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** The same statuses in similar APIs. */
const SAME_STATUS: Readonly<Record<string, string>> = {
	SUCCEEDED: 'COMPLETED',
	SUCCESS: 'COMPLETED',
	ERROR: 'FAILED',
	PROCESSING: 'IN_PROGRESS',
	RUNNING: 'IN_PROGRESS',
};

/** A status as the documentation writes it; an unknown one stays as it came. */
function statusFrom(raw: string): string {
	const upper = raw.trim().toUpperCase().replaceAll('-', '_');
	const known: readonly string[] = STATUSES;
	return known.includes(upper) ? upper : (SAME_STATUS[upper] ?? raw);
}

/** The URLs of `generated`: a list of URLs by the documentation; one URL, or objects that hold one, are read as well. */
function filesFrom(generated: unknown): string[] {
	const list: unknown[] = Array.isArray(generated) ? generated : [generated];
	return list
		.map((file) => (isRecord(file) ? file.url : file))
		.filter((file): file is string => typeof file === 'string' && file !== '');
}

/** The tasks of a list response, which carries IDs and statuses only; `null` if it is no list. */
export function taskListFrom(payload: unknown): Task[] | null {
	if (!isRecord(payload) || !Array.isArray(payload.data)) return null;
	return payload.data
		.map(taskFrom)
		.filter((task) => task !== null)
		.map((task) => ({ ...task, listed: true }));
}

/** A URL made absolute, with https (plain http only of a local sandbox); `null` if it cannot be made one. */
function absoluteUrl(url: string): string | null {
	// The API has been seen to give `//host/…`.
	const absolute = url.startsWith('//') ? `https:${url}` : url;
	if (!URL.canParse(absolute)) return null;
	const { protocol, hostname } = new URL(absolute);
	return protocol === 'https:' || (protocol === 'http:' && isLocalHost(hostname)) ? absolute : null;
}

/** The URL of the finished video: the first of `generated`, and only of a completed task. */
export function videoUrl(task: Task): string | null {
	if (task.status !== 'COMPLETED') return null;
	return absoluteUrl(task.generated[0] ?? '');
}

/** When a signed video URL expires, as ISO text, read from `exp=<unix seconds>` in it. */
export function expiryOf(url: string | null): string | null {
	const seconds = Number(
		/(?:[?&=~]|%3D)exp(?:=|%3D)(\d{9,11})(?!\d)/i.exec(url ?? '')?.[1] ?? Number.NaN,
	);
	return Number.isNaN(seconds) ? null : new Date(seconds * 1000).toISOString();
}

// Undocumented; each was seen on an endpoint of the same provider.
const REASON_FIELDS = ['error_message', 'failure_reason', 'reason', 'error', 'message'];

function reasonIn(extra: IDataObject): string {
	for (const field of REASON_FIELDS) {
		const value = extra[field];
		const text = isRecord(value) ? value.message : value;
		if (typeof text === 'string' && text.trim() !== '') return text.trim();
	}
	return '';
}

/** True when the task is complete, so that it need not be read again. */
export function isWhole(task: Task): boolean {
	return videoUrl(task) !== null || (task.status === 'FAILED' && !task.listed);
}

/** Why a finished task has no video, in a sentence; `null` when it has one or is not finished. */
export function failureOf(task: Task): string | null {
	if (task.listed) return null;
	if (task.status === 'FAILED') {
		const reason = reasonIn(task.extra);
		return reason || 'The video could not be made. The API gave no reason.';
	}
	if (task.status === 'COMPLETED' && videoUrl(task) === null) {
		return 'The task is completed but holds no video. A safety filter may have removed it.';
	}
	return null;
}

/** A task of which only the ID is known, as when the API was down all the time. */
export function unseenTask(task_id: string): Task {
	return { task_id, status: 'CREATED', generated: [], extra: {} };
}
