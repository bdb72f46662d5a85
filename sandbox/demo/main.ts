import { relative } from 'node:path';
import { parseArgs, styleText } from 'node:util';

import type { SpawnedSandbox } from '../api/spawn';
import { OWNER } from '../n8n/workspace';
import { collectVideos, OUTPUT_FOLDER } from './collect';
import { HAPPY_HORSE, WEBHOOK_PATH } from './exampleWorkflow';
import { TaskProgress, type LiveTask } from './progress';
import { confirmCost, costNotice, followNewTasks, realApiFrom, type RealApi } from './realApi';
import { setUp, type Ready } from './setUp';
import { ShutDown } from './shutDown';
import { resultTable } from './table';
import { watchExecution, type Watched } from './watch';
import { RELOAD, watchBuild } from './watchBuild';

const USAGE = `npm run demo   turns three images into videos in a throw-away n8n, on a local sandbox
npm start      sets up the same and leaves the n8n editor open for you
npm run dev    the same, and each change of the sources goes into the open editor

  --editor   leave the editor open instead of running the workflow (what "npm start" does)
  --watch    compile each change into that editor (what "npm run dev" does)
  --yes      with HAPPY_HORSE_API_KEY set: agree to the cost without being asked
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
	else await runExample(ready, real);
}

/** Shows where everything is and waits for Ctrl-C. */
async function leaveOpen({ n8n, workflowId, sandbox }: Ready, real: RealApi | undefined) {
	title('n8n is open for you');
	say(`Workflow   ${n8n.url}/workflow/${workflowId}`);
	say(`Email      ${OWNER.email}`);
	say(`Password   ${OWNER.password}`);
	if (sandbox) {
		say(`Sandbox    ${sandbox.url} (shows the tasks; nothing here costs money)`);
	} else if (real) {
		say('The credential holds your HAPPY_HORSE_API_KEY: runs cost real credits.');
	}
	say('\nOpen the workflow, sign in, and press "Execute workflow".');
	say('Press Ctrl-C here to stop. This n8n and everything in it is removed then.');
	await new Promise(() => {
		// Nothing resolves this: Ctrl-C ends the process, and n8n itself may not keep it alive.
		setInterval(() => undefined, 2 ** 30);
	});
}

async function runExample({ n8n, workflowId, sandbox }: Ready, real: RealApi | undefined) {
	const liveTasks = sandbox
		? async () => await sandboxTasks(sandbox)
		: real
			? await followNewTasks(real)
			: async () => [];
	title('Three images to videos');
	const called = await n8n.client.callWebhook(WEBHOOK_PATH, { body: {} });
	if (called.status !== 200) {
		throw new Error(`n8n did not start the workflow: ${JSON.stringify(called.body)}`);
	}
	const executionId = await n8n.client.nextExecution(workflowId);
	say(`n8n creates the videos (execution ${executionId}). Their tasks:`);
	const progress = new TaskProgress(process.stdout);
	const watched = await watchExecution(n8n.client, {
		executionId,
		liveTasks,
		progress,
		timeoutMs: sandbox ? SANDBOX_LIMIT_MS : REAL_LIMIT_MS,
	});
	const { execution } = watched;
	if (execution.status !== 'success') {
		const reason = execution.error?.message ?? execution.status;
		const more = execution.error?.description;
		throw new Error(`The workflow ended with an error: ${reason}${more ? `\n${more}` : ''}`);
	}
	const rows = await collectVideos(n8n.client, { execution, progress });

	title('The videos');
	say(resultTable(rows, process.stdout.columns));
	say(await summary(watched, sandbox));
	const missing = rows.filter(({ file }) => file === undefined).length;
	if (rows.length !== 3 || missing > 0) {
		throw new Error(`Not every image became a video: ${rows.length - missing} of 3 did.`);
	}
}

async function summary({ suspendedMs }: Watched, sandbox: SpawnedSandbox | undefined) {
	const seconds = (suspendedMs / 1000).toFixed(1);
	const lines = [
		suspendedMs > 0
			? `While the videos were made, the execution waited without running for ${seconds} s.`
			: `"${HAPPY_HORSE}" checked at intervals: the API cannot send webhooks to this computer.`,
	];
	if (sandbox) {
		const { posts } = await sandbox.control.state();
		lines.push(
			`POSTs that the sandbox counted: ${posts.length}. One per image, so nothing is paid twice.`,
		);
	}
	lines.push(`The videos are in ${relative(process.cwd(), OUTPUT_FOLDER) || OUTPUT_FOLDER}.`);
	return lines.join('\n');
}

async function sandboxTasks(sandbox: SpawnedSandbox): Promise<LiveTask[]> {
	const { tasks } = await sandbox.control.state();
	return [...tasks]
		.sort((one, other) => one.createdAt - other.createdAt)
		.map(({ taskId, status, imageUrl }) => ({
			taskId,
			status,
			image: imageUrl?.split('/').pop() ?? '',
		}));
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
