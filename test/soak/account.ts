import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { SandboxState } from '../../sandbox/api/control';
import type { ExecutionView } from '../../sandbox/n8n/execution';
import { RestError } from '../../sandbox/n8n/session';
import type { Accounts } from './accounting';
import { accountsOf } from './accounting';
import { bring } from './bringing';
import type { Cause } from './causes';
import { causeOf, countCauses } from './causes';
import type { Journal } from './journal';
import { outputsOf } from './outputs';
import type { OutageKind, Plan } from './plan';
import type { Stage } from './stage';
import type { Counts, Supervisor } from './supervisor';
import type { Credentials } from './workflows';

export interface Findings {
	/** Executions that n8n has kept. */
	executions: number;
	counts: Counts;
	troubles: string[];
	accounts: Accounts;
	/** Why videos did not come out of an execution by themselves. */
	causes: Partial<Record<Cause, number>>;
	/** Create requests. */
	posts: { all: number; accepted: number; answered429: number; answered503: number };
	/** Videos whose webhooks had to suffer. */
	marks: { lost: number; doubled: number; late: number };
	bursts: number;
	outages: OutageKind[];
}

export interface AccountParts {
	stage: Stage;
	plan: Plan;
	journal: Pick<Journal, 'troubles'>;
	supervisor: Supervisor;
	credentials: Credentials;
	folder: string;
}

/** Reads everything that n8n has kept, lets "Wait" bring what no execution has handed on, and keeps the evidence. */
export async function account(parts: AccountParts): Promise<Findings> {
	const { stage, plan, journal, supervisor, credentials } = parts;
	const { control } = stage.testServer.sandbox;
	const names = [...plan.runs, ...plan.outages.map(({ batch }) => batch)].flatMap(({ items }) =>
		items.map(({ name }) => name),
	);
	const made = await control.state();
	const tasks = tasksIn(made);
	// What cannot be had again is kept before anything can fail.
	keep(parts, { made, ...stage.logs() });
	const executions = await allExecutions(stage);
	const outputs = executions.flatMap(outputsOf);
	const lost = new Set(
		accountsOf({ names, tasks, outputs, brought: [] }).lost.map(({ taskId }) => taskId),
	);
	const missing = tasks.filter(({ taskId }) => lost.has(taskId));
	keep(parts, { missing, outputs });
	const brought = await bring(stage, credentials, missing);
	const state = await control.state();
	keep(parts, { sandbox: state });
	const countOf = (status: number) => state.posts.filter((post) => post.status === status).length;
	const marked = (mark: string) =>
		tasks.filter(({ prompt }) => prompt.includes(`[${mark}]`)).length;
	return {
		executions: executions.length,
		counts: supervisor.counts,
		troubles: journal.troubles,
		accounts: accountsOf({ names, tasks: tasksIn(state), outputs, brought }),
		causes: countCauses(missing.map((task) => causeOf(task, outputs))),
		posts: {
			all: state.posts.length,
			accepted: state.acceptedPosts,
			answered429: countOf(429),
			answered503: countOf(503),
		},
		marks: { lost: marked('lost'), doubled: marked('doubled'), late: marked('late') },
		bursts: plan.bursts.length,
		outages: plan.outages.map(({ kind }) => kind),
	};
}

const tasksIn = ({ tasks }: SandboxState) =>
	tasks.map((task) => ({ ...task, prompt: task.prompt ?? '' }));

/** For anyone who wants to know what went wrong: lists as JSON, logs as they are. */
function keep({ stage, folder }: AccountParts, files: Record<string, unknown>): void {
	mkdirSync(folder, { recursive: true });
	for (const [name, value] of Object.entries(files)) {
		const isLog = typeof value === 'string';
		const file = join(folder, `${stage.name}-${name}.${isLog ? 'log' : 'json'}`);
		writeFileSync(file, isLog ? value : JSON.stringify(value, null, '\t'));
	}
}

/** Every execution that n8n has kept, by counting up to the newest: n8n's own list ends at a hundred. */
async function allExecutions({ testServer }: Stage): Promise<ExecutionView[]> {
	const { client } = testServer.n8n;
	const [newest] = await client.executions();
	const all: ExecutionView[] = [];
	for (let id = 1; id <= Number(newest?.id ?? 0); id++) {
		try {
			all.push(await client.execution(String(id)));
		} catch (error) {
			if (!(error instanceof RestError) || error.status !== 404) throw error;
		}
	}
	return all;
}
