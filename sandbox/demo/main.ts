import { relative } from 'node:path';
import { parseArgs, styleText } from 'node:util';

import type { SpawnedSandbox } from '../api/spawn';
import { OWNER } from '../n8n/workspace';
import { collectVideos, OUTPUT_FOLDER, tasksOf, type Run } from './collect';
import { HAPPY_HORSE, imagesIn } from './exampleWorkflow';
import { TaskProgress, type LiveTask } from './progress';
import { confirmCost, costNotice, followNewTasks, realApiFrom, type RealApi } from './realApi';
import { setUp, type Ready } from './setUp';
import { ShutDown } from './shutDown';
import { resultTable, type Row } from './table';
import { watchExecutions, type Watched } from './watch';
import { RELOAD, watchBuild } from './watchBuild';

const USAGE = `npm run demo   makes four videos in a throw-away n8n, on a local sandbox: three from an image each,
               and one in 9:16 from a product photo and a photo of a model
npm start      sets up the same and leaves the n8n editor open for you
npm run dev    the same, and each change of the sources goes into the open editor

  --editor   leave the editor open instead of running the workflows (what "npm start" does)
  --watch    compile each change into that editor (what "npm run dev" does)
  --yes      with HAPPY_HORSE_API_KEY set: agree to the cost without a prompt
  --help     show this text`;

const SANDBOX_LIMIT_MS = 5 * 60_000;
const REAL_LIMIT_MS = 35 * 60_000;

const say = (line = ''): void => console.log(line);
const title = (text: string): void =>
	say(`\n${styleText('bold', text, { stream: process.stdout })}`);

async function main(shutDown: ShutDown): Promise<void> {
	const { values } = parseArgs({
		options: {
			editor: { type: 'boolean', default: false },
			watch: { type: 'boolean', default: false },
			yes: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return say(USAGE);
	const real = realApiFrom(process.env);
	const staysOpen = values.editor || values.watch;
	if (real && !staysOpen) {
		if (values.yes) say(costNotice(real));
		else if (!(await confirmCost(real))) return say('Nothing was created.');
	}

	title('Setting up');
	const env = values.watch ? RELOAD : {};
	const ready = await setUp({ shutDown, say, real, env, startsByItself: !staysOpen });
	if (values.watch) watchBuild(ready.n8n.userFolder, shutDown);
	if (staysOpen) await leaveOpen(ready, real);
	else await runExamples(ready, real);
}

/** Shows where everything is and waits for Ctrl-C. */
async function leaveOpen({ n8n, workflows, sandbox }: Ready, real: RealApi | undefined) {
	title('n8n is open for you');
	for (const { id, name } of workflows) say(`Workflow   ${n8n.url}/workflow/${id} (${name})`);
	say(`Email      ${OWNER.email}`);
	say(`Password   ${OWNER.password}`);
	if (sandbox) {
		say(`Sandbox    ${sandbox.url} (shows the tasks; nothing here costs money)`);
	} else if (real) {
		say('The credential holds your HAPPY_HORSE_API_KEY: runs cost real credits.');
	}
	say('\nOpen a workflow, sign in, and press "Execute workflow".');
	say('Press Ctrl-C here to stop. This n8n and everything in it is removed then.');
	await new Promise(() => {
		// Nothing resolves this: Ctrl-C ends the process, and n8n itself may not keep it alive.
		setInterval(() => undefined, 2 ** 30);
	});
}

async function runExamples({ n8n, workflows, sandbox }: Ready, real: RealApi | undefined) {
	const liveTasks = sandbox
		? async () => await sandboxTasks(sandbox)
		: real
			? await followNewTasks(real)
			: async () => [];
	title('Images to videos');
	const executionIds: string[] = [];
	for (const { example, name, id } of workflows) {
		const started = await n8n.client.sendToWebhook(example.webhookPath, { body: {} });
		if (started.status !== 200) {
			throw new Error(`n8n did not start the workflow: ${JSON.stringify(started.body)}`);
		}
		const executionId = await n8n.client.nextExecution(id);
		executionIds.push(executionId);
		say(`Execution ${executionId}: "${name}"`);
	}
	say('The tasks:');
	const progress = new TaskProgress(process.stdout);
	const watched = await watchExecutions(n8n.client, {
		executionIds,
		liveTasks,
		progress,
		timeoutMs: sandbox ? SANDBOX_LIMIT_MS : REAL_LIMIT_MS,
	});
	const runs = watched.executions.map((execution, index): Run => {
		if (execution.status !== 'success') {
			const reason = execution.error?.message ?? execution.status;
			const more = execution.error?.description;
			throw new Error(`A workflow ended with an error: ${reason}${more ? `\n${more}` : ''}`);
		}
		return { example: workflows[index]!.example, execution };
	});
	// The last look at the tasks may have been some seconds before the executions ended.
	progress.update(runs.flatMap(tasksOf));
	const rows: Row[] = [];
	for (const run of runs) rows.push(...(await collectVideos(n8n.client, run)));

	title('The videos');
	say(resultTable(rows, process.stdout.columns));
	say(await summary(watched, sandbox));
	const wanted = workflows.reduce((sum, { example }) => sum + example.videos, 0);
	const made = rows.filter(({ file }) => file !== undefined).length;
	if (made !== wanted) throw new Error(`${made} of ${wanted} videos were made.`);
}

async function summary({ suspendedMs }: Watched, sandbox: SpawnedSandbox | undefined) {
	const seconds = (suspendedMs / 1000).toFixed(1);
	const lines = [
		suspendedMs > 0
			? `While the videos were made, both executions waited without running for ${seconds} s.`
			: `"${HAPPY_HORSE}" checked at intervals: the API cannot send webhooks to this computer.`,
	];
	if (sandbox) {
		const { posts } = await sandbox.control.state();
		lines.push(
			`POSTs that the sandbox counted: ${posts.length}. One per video, so nothing is paid for twice.`,
		);
	}
	lines.push(`The videos are in ${relative(process.cwd(), OUTPUT_FOLDER) || OUTPUT_FOLDER}.`);
	return lines.join('\n');
}

async function sandboxTasks(sandbox: SpawnedSandbox): Promise<LiveTask[]> {
	const { tasks } = await sandbox.control.state();
	return [...tasks]
		.sort((one, other) => one.createdAt - other.createdAt)
		.map(({ taskId, status, fileUrls }) => ({ taskId, status, images: imagesIn(fileUrls) }));
}

const shutDown = new ShutDown();
shutDown.onSignals(say);
main(shutDown)
	.catch((error: unknown) => {
		if (shutDown.interrupted) return;
		process.exitCode = 1;
		console.error(
			`\nThe demo could not finish.\n${error instanceof Error ? error.message : String(error)}`,
		);
	})
	.finally(async () => {
		await shutDown.run();
		// Open sockets of a stopped server must not hold the prompt back.
		if (!shutDown.interrupted) process.exit();
	});
