import type { FastifyInstance } from 'fastify';
import type { SandboxTask } from './wire';
import type { Sandbox } from './sandbox';

const SHOWN_TASKS = 50;

/** Adds the start page for people: what came in, what became of it, and the videos. */
export function addPage(app: FastifyInstance, sandbox: Sandbox): void {
	app.get('/', async (_request, reply) => {
		await reply.type('text/html; charset=utf-8').send(pageOf(sandbox));
	});
}

function pageOf(sandbox: Sandbox): string {
	const tasks = sandbox.tasks.list().map((task) => sandbox.shown(task));
	const made = sandbox.posts.filter(({ taskId }) => taskId !== null).length;
	const facts = [
		[sandbox.posts.length, 'POSTs received'],
		[made, 'tasks created'],
		[tasks.filter(({ status }) => status === 'COMPLETED').length, 'completed'],
		[sandbox.sentWebhooks.length, 'webhooks sent'],
		[`${sandbox.settings.speed}×`, 'speed'],
	];
	return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Happy Horse sandbox</title><style>${STYLE}</style>
<h1>Happy Horse sandbox</h1>
<p>A local stand-in for the Happy Horse API. Nothing here costs money or leaves this computer.</p>
<dl>${facts.map(([value, name]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>
${tasks.length === 0 ? EMPTY : `<main>${tasks.slice(0, SHOWN_TASKS).map(card).join('')}</main>`}
${tasks.length > SHOWN_TASKS ? `<p>… and ${tasks.length - SHOWN_TASKS} older tasks.</p>` : ''}
<p><a href="/_sandbox/state">Everything as JSON</a></p>
<script>${SCRIPT}</script></html>`;
}

function card(task: SandboxTask): string {
	const { taskId, status, generated, prompt, duration, resolution, endpoint } = task;
	const image = `/_sandbox/tasks/${taskId}/image`;
	const [video] = generated;
	const source = video === undefined ? '' : video.slice(video.indexOf('/results/'));
	const media =
		video === undefined
			? `<img src="${image}" alt="">`
			: `<video src="${safe(source)}" poster="${image}" controls loop muted playsinline></video>`;
	return `<article>${media}
<p><b class="${status}">${status}</b> ${endpoint}, ${duration} s, ${resolution}</p>
<p>${safe(prompt ?? '(no prompt)')}</p><small>${taskId}</small></article>`;
}

function safe(text: string): string {
	const names: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
	return text.replace(/[&<>"]/g, (letter) => `&${names[letter]};`);
}

const EMPTY = '<p class="empty">No tasks yet. Run a workflow and watch them appear here.</p>';

/** Reloads only when something changed, so that a playing video is not interrupted. */
const SCRIPT = `
const look = async () => {
	const state = await (await fetch('/_sandbox/state?since=' + Date.now())).json();
	return JSON.stringify([state.tasks.map((task) => task.taskId + task.status), state.settings]);
};
let seen;
setInterval(async () => {
	const now = await look().catch(() => seen);
	if (seen !== undefined && now !== seen) location.reload();
	seen = now;
}, 1500);`;

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
	color: #222; background: #faf8f4; }
dl { display: flex; flex-wrap: wrap; gap: 1rem; }
dl div { background: #fff; border-radius: 8px; padding: .5rem 1rem; box-shadow: 0 1px 3px #0002; }
dt { font-size: .8rem; color: #666; } dd { margin: 0; font-size: 1.4rem; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1rem; }
article { background: #fff; border-radius: 8px; overflow: hidden; box-shadow: 0 1px 3px #0002; }
article p, small { margin: .5rem .8rem; overflow-wrap: anywhere; }
small { color: #888; display: block; }
img, video { width: 100%; height: 12rem; object-fit: contain; background: #222; display: block; }
b { font-size: .75rem; padding: .15rem .5rem; border-radius: 1rem; background: #e6e6e6; }
b.COMPLETED { background: #c9efcf; } b.FAILED { background: #f6cccc; }
b.IN_PROGRESS { background: #fde8b4; }
.empty { padding: 3rem; text-align: center; background: #fff; border-radius: 8px; }`;
