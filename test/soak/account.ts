import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { SandboxTask } from '../../sandbox/api/control';
import type { ExecutionSummary } from '../../sandbox/n8n/wire';
import { accountsOf } from './accounting';
import { bring } from './bringing';
import { causeOf, countCauses } from './causes';
import type { Output } from './outputs';
import { outputsOf } from './outputs';
import type { Plan } from './plan';
import type { Stage } from './stage';
import type { Supervisor } from './supervisor';

export interface AccountParts {
	stage: Stage;
	plan: Plan;
	names: string[];
	supervisor: Supervisor;
	credentials: Parameters<typeof bring>[1];
	folder: string;
}

/** Reads everything that n8n has kept, and lets "Wait" bring what no execution has handed on. */
export async function account({
	stage,
	plan,
	names,
	supervisor,
	credentials,
	folder,
}: AccountParts) {
	const { control } = stage.testServer.sandbox;
	const summaries = await allExecutions(stage);
	const outputs: Output[] = [];
	for (const { id } of summaries) {
		outputs.push(...outputsOf(await stage.testServer.n8n.client.execution(id)));
	}
	const state = await control.state();
	const tasks = state.tasks.map((task: SandboxTask) => ({ ...task, prompt: task.prompt ?? '' }));
	const before = accountsOf({ names, tasks, outputs, brought: [] });
	const lost = new Set(before.lost.map(({ taskId }) => taskId));
	const missing = tasks.filter(({ taskId }) => lost.has(taskId));
	const causes = countCauses(missing.map((task) => causeOf(task, outputs)));
	const brought = await bring(stage, credentials, missing);
	const after = await control.state();
	const accounts = accountsOf({
		names,
		tasks: after.tasks.map((task) => ({ ...task, prompt: task.prompt ?? '' })),
		outputs,
		brought,
	});
	const answered = (status: number) => after.posts.filter((post) => post.status === status).length;
	const marked = (mark: string) =>
		tasks.filter(({ prompt }) => prompt.includes(`[${mark}]`)).length;
	mkdirSync(folder, { recursive: true });
	const keep = (name: string, value: unknown) =>
		writeFileSync(
			join(folder, name),
			typeof value === 'string' ? value : JSON.stringify(value, null, '\t'),
		);
	keep(`${stage.name}-before-wait.json`, before);
	keep(`${stage.name}-missing.json`, missing);
	keep(`${stage.name}-outputs.json`, outputs);
	keep(`${stage.name}-executions.json`, summaries);
	keep(`${stage.name}-sandbox.json`, after);
	for (const [name, log] of Object.entries(stage.logs())) keep(`${stage.name}-${name}.log`, log);
	return {
		executions: summaries.length,
		counts: supervisor.counts,
		accounts,
		causes,
		posts: {
			all: after.posts.length,
			accepted: after.acceptedPosts,
			answered429: answered(429),
			answered503: answered(503),
		},
		marks: { lost: marked('lost'), doubled: marked('doubled'), late: marked('late') },
		bursts: plan.bursts.length,
		outages: plan.outages.map(({ kind }) => kind),
	};
}

/** n8n lists a hundred at a time, newest first. */
async function allExecutions({ testServer }: Stage): Promise<ExecutionSummary[]> {
	const all: ExecutionSummary[] = [];
	for (;;) {
		const last = all.at(-1);
		const query = last === undefined ? '' : `&lastId=${last.id}`;
		const page = (await testServer.n8n.client.rest('GET', `executions?limit=100${query}`)) as {
			results: ExecutionSummary[];
		};
		all.push(...page.results);
		if (page.results.length < 100) return all;
	}
}
