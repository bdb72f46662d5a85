import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { parseJson } from '../../../nodes/HappyHorse/http/json';
import { isLocalHost } from '../../../nodes/HappyHorse/http/localHosts';
import { taskOutput } from '../../../nodes/HappyHorse/output/item';
import type { Task } from '../../../nodes/HappyHorse/tasks/task';
import {
	createdTaskFrom,
	failureOf,
	isTaskId,
	isWhole,
	taskFrom,
	taskListFrom,
	videoUrl,
	expiryOf,
} from '../../../nodes/HappyHorse/tasks/task';
import { taskInBody } from '../../../nodes/HappyHorse/webhook/body';
import { assertUnpolluted } from '../checks';
import { anyBody, anyJson, taskJson } from '../foreignJson';
import type { Target } from '../rule';
import { rule } from '../rule';

const ids = fc.oneof(
	fc.constantFrom('task-1', '046b6c7f-0b8a-43b9-b35d-6489e6daee91', '..', 'a/b', '', '馬'),
	fc.string({ unit: 'binary', maxLength: 20 }),
);

/** Everything that is made of a task. */
function made(task: Task) {
	const url = videoUrl(task);
	const output = taskOutput(task, { endpoint: 'image-to-video/happy-horse-1' });
	return { url, expiry: expiryOf(url), failure: failureOf(task), whole: isWhole(task), output };
}

function assertSound(task: Task): void {
	const { url, output } = made(task);
	assert(task.generated.every((file) => typeof file === 'string' && file !== ''));
	// The videos of a sandbox have no certificate.
	if (url !== null) assert(/^https:/i.test(url) || isLocalHost(new URL(url).hostname), url);
	assert.equal(output.task_id, task.task_id);
	assert.equal(output.status, task.status);
	assert(!Object.hasOwn(output, 'error'), 'Retry On Fail of n8n reads this field');
	assertUnpolluted(task, output);
}

/** The words by which this API and similar ones say that a task is completed, read without our code. */
const saysCompleted = (status: unknown) =>
	typeof status === 'string' && /^\s*(completed|succeeded|success)\s*$/i.test(status);

interface Body {
	task_id?: unknown;
	status?: unknown;
	data?: unknown;
}

const bodyOf = (payload: unknown): Body => {
	const { data } = Object(payload) as Body;
	const isNested = typeof data === 'object' && data !== null && !Array.isArray(data);
	return Object(isNested ? data : payload) as Body;
};

const fromJson = fc.oneof(taskJson(ids), anyJson);

export const tasks: Target = {
	name: 'tasks',
	about: 'the shapes of a task and of a list',
	rules: [
		rule(
			'any JSON is a sound task, or none',
			fc.property(fromJson, (text) => {
				const payload = parseJson(text);
				const task = taskFrom(payload);
				if (task === null) return;
				assertSound(task);
				assert(isTaskId(task.task_id));
				assert.match(task.task_id, /^[\w.:~-]{1,128}$/);
				assert.equal(task.task_id, bodyOf(payload).task_id);
				assert.equal(task.status === 'COMPLETED', saysCompleted(bodyOf(payload).status));
			}),
		),
		rule(
			'the response to a create is a sound task, or none',
			fc.property(fromJson, (text) => {
				const payload = parseJson(text);
				const task = createdTaskFrom(payload);
				const { task_id: id, status } = bodyOf(payload);
				const hasId = typeof id === 'number' || (typeof id === 'string' && id.trim() !== '');
				assert.equal(task !== null, hasId && !Array.isArray(payload));
				if (task === null) return;
				assertSound(task);
				assert.equal(task.status === 'COMPLETED', saysCompleted(status));
			}),
		),
		rule(
			'a list has no more tasks than entries, and each of them is one',
			fc.property(fc.array(fromJson, { maxLength: 6 }), anyJson, (entries, beside) => {
				const text = `{"beside":${beside},"data":[${entries.join(',')}]}`;
				const list = taskListFrom(parseJson(text));
				assert(list !== null && list.length <= entries.length);
				for (const task of list) assertSound(task);
				const single = entries.map((entry) => taskFrom(parseJson(entry))?.task_id);
				assert.deepEqual(
					list.map(({ task_id }) => task_id),
					single.filter((id) => id !== undefined),
				);
			}),
		),
		rule(
			'any JSON is a list, or none',
			fc.property(anyJson, (text) => {
				const list = taskListFrom(parseJson(text));
				assert(list === null || list.every(({ task_id }) => isTaskId(task_id)));
			}),
		),
		rule(
			'unknown fields change nothing of a task',
			fc.property(taskJson(ids), fc.array(fc.tuple(fc.string(), anyJson)), (text, fields) => {
				const before = taskFrom(parseJson(text));
				if (before === null) return;
				const { task_id, status, generated } = before;
				const known = { task_id, status, generated };
				const beside = fields
					.filter(([name]) => !(name in known) && name !== 'data')
					.map(([name, value]) => `${JSON.stringify(name)}:${value},`);
				const after = taskFrom(parseJson(`{${beside.join('')}${JSON.stringify(known).slice(1)}`));
				assert(after !== null);
				assert.deepEqual({ ...after, extra: {} }, { ...known, extra: {} });
				const [full, bare] = [made(after), made({ ...before, extra: {} })];
				assert.equal(full.url, bare.url);
				assert.equal(full.expiry, bare.expiry);
				assert.equal(full.whole, bare.whole);
				assert.equal(full.failure === null, bare.failure === null);
				for (const [name, value] of Object.entries(bare.output)) {
					if (name !== 'failure') assert.deepEqual(full.output[name], value);
				}
			}),
		),
		rule(
			'any bytes of a body are a sound task, or none',
			fc.property(anyBody(ids), (bytes) => {
				const task = taskInBody(bytes);
				if (task !== null && task !== 'too large') assertSound(task);
			}),
		),
	],
};
