import { n8nFacts } from '../../n8nFacts';
/**
 * Facts about Telegram's bots, as of November 2026, from https://core.telegram.org/bots/api:
 * - `sendVideo` takes files of up to 50 MB and a caption of at most 1,024 characters; a channel is `@name`.
 * - In the older `Markdown`, a single `_`, `*`, backtick or `[` makes the whole message invalid ("can't parse entities").
 * - A post of a public channel is at https://t.me/<name>/<message_id>.
 * n8n's Send and Wait looks at the first item alone, sends `Markdown`, and continues with the input item when the
 * time is over. Its page does not count a request of a bot, such as a preview, as a decision.
 */
import type { ExecutionView } from '../../../sandbox/n8n/execution';
import { servedVideo, until } from '../support/assertions/watching';
import { DOCUMENT } from '../support/publishing/entries';
import { useExample } from '../support/publishing/useExample';
import { storedExecutions } from '../support/executions/executionTable';
import { googleLogin } from '../support/outside/googleLogin';
import { googleSheets } from '../support/outside/googleSheets';
import { BOT_TOKEN, telegram } from '../support/outside/telegram';

const HEAD = ['ID', 'Image', 'Prompt', 'Caption', 'Status', 'Task ID', 'Post', 'Note'];
const BROWSER = {
	'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
};

const sheets = googleSheets();
const bot = telegram();
const example = useExample({
	file: 'approval-before-posting.json',
	services: [googleLogin, sheets, bot],
	google: ['googleSheetsOAuth2Api'],
	accounts: { telegramApi: { accessToken: BOT_TOKEN, baseUrl: 'https://api.telegram.org' } },
});
const { testServer } = example;

const row = (ID: string, Prompt: string, Caption = '') => [
	...[ID, `${testServer.sandbox.url}/images/400x300.png?${ID}`, Prompt, Caption],
	...['ready', '', '', ''],
];
const table = () => sheets.rows(DOCUMENT, 'Posts');
const byId = (id: string) => table().find(({ ID }) => ID === id)!;
const fill = (...rows: unknown[][]) => sheets.write(DOCUMENT, 'Posts', [HEAD, ...rows]);
const setBack = (id: string) =>
	fill(
		...table().map((each) =>
			HEAD.map((name) => (name === 'Status' && each.ID === id ? 'ready' : each[name])),
		),
	);

/** Runs the workflow until it requests approval; gives the execution and its buttons. */
async function requestApproval(workflowId: string) {
	const { client } = testServer.n8n;
	bot.sent.length = 0;
	const id = await client.runManually(workflowId);
	const message = await until('the bot requests approval', async () =>
		bot.sent.find(({ buttons }) => buttons),
	);
	await client.waitForExecution(id, { until: ['waiting'], timeoutMs: 60_000 });
	const url = (text: string) => message.buttons!.find((button) => button.text === text)!.url;
	return { id, message, yes: url('Post it'), no: url('Decline') };
}

const press = async (url: string, headers: Record<string, string> = BROWSER) =>
	await fetch(url, { headers });

async function ended(id: string): Promise<ExecutionView> {
	const run = await testServer.n8n.client.waitForExecution(id, { timeoutMs: 120_000 });
	example.runs.push(run);
	expect(run.error).toBeUndefined();
	expect(run.status).toBe('success');
	return run;
}

beforeEach(() => {
	bot.sent.length = 0;
	bot.forbidden.clear();
});

it('a video is posted when it is approved, also when its link has expired meanwhile', async () => {
	const { control } = testServer.sandbox;
	await control.settings({ resultSeconds: 0 });
	fill(row('row_1', 'horses', 'Evening & <hills>'), row('r-2', 'later'));
	const id = await example.save(example.ready());
	const approval = await requestApproval(id);
	const [task, ...others] = (await control.state()).tasks;
	expect(others).toEqual([]);
	// The first of the two suspensions: a webhook of the provider has ended it.
	expect(task!.webhookUrl).toContain('/webhook-waiting/');
	expect((await control.state()).posts[0]!.body).toMatchObject({
		...{ prompt: 'horses', duration: 5, resolution: '720P' },
	});
	expect(approval.message).toMatchObject({ chatId: '4711' });
	const [, link = ''] = /^Shall I post this video \(row\\_1\)\?\n\[Watch it\]\((\S+)\)$/.exec(
		approval.message.text!,
	)!;
	expect((await fetch(link)).status).toBe(403);
	expect(byId('row_1').Status).toBe('in review');
	// A preview of the link in a chat decides nothing.
	await press(approval.no, { 'user-agent': 'TelegramBot (like TwitterBot)' });
	expect(await testServer.n8n.client.executionStatus(approval.id)).toBe('waiting');

	await control.settings({ resultSeconds: 600 });
	expect((await press(approval.yes)).status).toBe(200);
	await ended(approval.id);
	const [fresh] = (await control.state()).tasks;
	expect(bot.sent.slice(1)).toEqual([
		{
			chatId: '@happy_horses',
			caption: 'Evening & <hills>',
			video: {
				name: `happy-horse-${task!.taskId}.mp4`,
				type: 'video/mp4',
				content: await servedVideo(control, fresh!),
			},
		},
	]);
	expect(byId('row_1')).toMatchObject({
		...{ Status: 'posted', 'Task ID': task!.taskId, Note: '' },
		Post: 'https://t.me/happy_horses/2',
	});
	// Pressed once more, the button does nothing, and the next row has waited for its turn.
	await press(approval.yes);
	await ended(approval.id);
	expect(bot.sent).toHaveLength(2);
	expect(byId('r-2').Status).toBe('ready');
	expect((await control.state()).acceptedPosts).toBe(1);
});

it('a declined video is not posted, and not paid for again when the row is set back', async () => {
	const { control } = testServer.sandbox;
	fill(row('d-1', 'curtain'));
	const id = await example.save(example.ready());
	const first = await requestApproval(id);
	await press(first.no);
	await ended(first.id);
	expect(bot.sent).toHaveLength(1);
	const [task] = (await control.state()).tasks;
	expect(byId('d-1')).toMatchObject({ Status: 'declined', 'Task ID': task!.taskId, Post: '' });
	// Nothing is left to do.
	await example.runByHand(id);
	expect(bot.sent).toHaveLength(1);

	setBack('d-1');
	const second = await requestApproval(id);
	await press(second.yes);
	await ended(second.id);
	expect(byId('d-1')).toMatchObject({ Status: 'posted', 'Task ID': task!.taskId });
	expect((await control.state()).acceptedPosts).toBe(1);
});

it('what fails is written into the row: no video, no message, no file, no channel', async () => {
	const { control } = testServer.sandbox;
	await control.rules({
		on: 'create',
		where: { prompt: 'dragon' },
		do: { outcome: 'FAILED', failure: { error: 'too wild' } },
	});
	fill(row('f-1', 'dragon'), row('f-2', 'stairs'));
	const id = await example.save(example.ready());
	await example.runByHand(id);
	expect(byId('f-1')).toMatchObject({ Status: 'failed' });
	expect(byId('f-1').Note).toContain('too wild');
	expect(byId('f-2').Status).toBe('ready');

	bot.forbidden.add('4711');
	await example.runByHand(id);
	expect(byId('f-2').Status).toBe(n8nFacts.saysWhyNotSent ? 'not sent' : 'no response');
	expect(byId('f-2').Note !== '').toBe(n8nFacts.saysWhyNotSent);
	const { taskId } = (await control.state()).tasks.find(({ prompt }) => prompt === 'stairs')!;
	expect(byId('f-2')['Task ID']).toBe(taskId);

	bot.forbidden.clear();
	bot.forbidden.add('@happy_horses');
	setBack('f-2');
	const closed = await requestApproval(id);
	await press(closed.yes);
	await ended(closed.id);
	expect(byId('f-2')).toMatchObject({ Status: 'not posted', 'Task ID': taskId });
	expect(byId('f-2').Note).toMatch(/^Approved, but not posted: \S/);

	await control.rules({
		...{ on: 'result', do: { response: { status: 404, body: { message: 'gone' } } } },
	});
	bot.forbidden.clear();
	setBack('f-2');
	const gone = await requestApproval(id);
	await press(gone.yes);
	await ended(gone.id);
	expect(byId('f-2').Note).toMatch(/^Approved, but not posted: .*could not be downloaded/);

	await control.clearRules();
	setBack('f-2');
	const last = await requestApproval(id);
	await press(last.yes);
	await ended(last.id);
	expect(byId('f-2')).toMatchObject({ Status: 'posted', 'Task ID': taskId, Note: '' });
	expect((await control.state()).acceptedPerPrompt).toEqual({ dragon: 1, stairs: 1 });
});

it('without a decision in time the row says so', async () => {
	fill(row('n-1', 'silence'));
	const ready = example.ready();
	const { options } = ready.nodes.find(({ name }) => name === 'Request approval')!.parameters as {
		options: { limitWaitTime: { values: Record<string, unknown> } };
	};
	Object.assign(options.limitWaitTime.values, { resumeAmount: 1, resumeUnit: 'minutes' });
	const { id, yes } = await requestApproval(await example.save(ready));
	await ended(id);
	expect(byId('n-1')).toMatchObject({ Status: 'no response', Note: '' });
	await press(yes);
	await ended(id);
	expect(bot.sent).toHaveLength(1);
	expect((await testServer.sandbox.control.state()).acceptedPosts).toBe(1);
});

it('every expression has found what it reads, and no execution is left waiting', () => {
	const neverThere = n8nFacts.saysWhyNotSent ? [] : ['"Write the decision" reads  json.error'];
	expect(example.unread()).toEqual(neverThere);
	const workflows = new Set(example.runs.map(({ workflowId }) => workflowId));
	const left = [...workflows].flatMap((id) => storedExecutions(testServer.n8n, id));
	expect(left.filter(({ status }) => status !== 'success')).toEqual([]);
});
