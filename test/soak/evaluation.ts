import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { SandboxState } from '../../sandbox/api/control';
import type { ExecutionView } from '../../sandbox/n8n/execution';
import { RestError } from '../../sandbox/n8n/session';
import type { Accounts } from './accounting';
import { accountsOf } from './accounting';
import type { Cause } from './causes';
import { causeOf, countCauses } from './causes';
import type { Deployment } from './deployment';
import { outputsOf } from './outputs';
import type { OutageKind, Plan } from './plan';
import { recover } from './recovery';
import type { SoakLog } from './soakLog';
import type { Counts, Supervisor } from './supervisor';
import type { Credentials } from './workflows';

export interface Evaluation {
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

export interface EvaluationParts {
	deployment: Deployment;
	plan: Plan;
	log: Pick<SoakLog, 'troubles'>;
	supervisor: Supervisor;
	credentials: Credentials;
	folder: string;
}

/** Reads everything that n8n has kept, lets "Wait" recover what no execution has handed on, and keeps the evidence. */
export async function evaluate(parts: EvaluationParts): Promise<Evaluation> {
	const { deployment, plan, log, supervisor, credentials } = parts;
	const { control } = deployment.testServer.sandbox;
	const names = [...plan.runs, ...plan.outages.map(({ batch }) => batch)].flatMap(({ items }) =>
		items.map(({ name }) => name),
	);
	const made = await control.state();
	const tasks = tasksIn(made);
	// What cannot be had again is kept before anything can fail.
	keep(parts, { made, ...deployment.logs() });
	const executions = await allExecutions(deployment);
	const outputs = executions.flatMap(outputsOf);
	const lost = new Set(
		accountsOf({ names, tasks, outputs, recovered: [] }).lost.map(({ taskId }) => taskId),
	);
	const missing = tasks.filter(({ taskId }) => lost.has(taskId));
	keep(parts, { missing, outputs });
	const recovered = await recover(deployment, credentials, missing);
	const state = await control.state();
	keep(parts, { sandbox: state });
	const countOf = (status: number) => state.posts.filter((post) => post.status === status).length;
	const marked = (mark: string) =>
		tasks.filter(({ prompt }) => prompt.includes(`[${mark}]`)).length;
	return {
		executions: executions.length,
		counts: supervisor.counts,
		troubles: log.troubles,
		accounts: accountsOf({ names, tasks: tasksIn(state), outputs, recovered }),
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
function keep({ deployment, folder }: EvaluationParts, files: Record<string, unknown>): void {
	mkdirSync(folder, { recursive: true });
	for (const [name, value] of Object.entries(files)) {
		const isLog = typeof value === 'string';
		const file = join(folder, `${deployment.name}-${name}.${isLog ? 'log' : 'json'}`);
		writeFileSync(file, isLog ? value : JSON.stringify(value, null, '\t'));
	}
}

/** Every execution that n8n has kept, by counting up to the newest: n8n's own list ends at a hundred. */
async function allExecutions({ testServer }: Deployment): Promise<ExecutionView[]> {
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
