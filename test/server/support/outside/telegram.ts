import type { OutsideService } from './services';
import { unknownFields } from './unknownFields';

export const BOT_TOKEN = '123456:token-of-the-test';

export interface SentMessage {
	chatId: string;
	text?: string;
	/** Buttons below the text, each with a URL. */
	buttons?: Array<{ text: string; url: string }>;
	video?: { name: string; type: string; content: Buffer };
	caption?: string;
}

/** What is known of the fields of https://core.telegram.org/bots/api#sendmessage and #sendvideo. */
const TEXT_FIELDS = [
	...['chat_id', 'text', 'parse_mode', 'disable_web_page_preview', 'disable_notification'],
	'reply_markup',
];
const VIDEO_FIELDS = ['chat_id', 'video', 'caption', 'parse_mode', 'disable_notification'];

interface TextMessage {
	chat_id: string;
	text: string;
	parse_mode?: string;
	reply_markup?: { inline_keyboard: Array<Array<{ text: string; url: string }>> };
}

export interface Telegram extends OutsideService {
	sent: SentMessage[];
	/** Chats that the bot may not send to. */
	forbidden: Set<string>;
	/** The URL that a trigger has registered. */
	webhook: { url: string; secret: string };
	/** Sends an update to it, as Telegram does; gives the status. */
	receive(update: Record<string, unknown>): Promise<number>;
	/** Puts a photo there for `getFile`. */
	upload(id: string, content: Buffer): void;
}

interface SetWebhook {
	url: string;
	secret_token: string;
}

/** Telegram's Bot API, as far as a webhook, files, texts and videos go. */
export function telegram(): Telegram {
	const photos = new Map<string, Buffer>();
	const bot: Telegram = {
		hosts: ['api.telegram.org'],
		sent: [],
		forbidden: new Set(),
		webhook: { url: '', secret: '' },
		routes(app) {
			const method = (name: string) => `/bot${BOT_TOKEN.replace(':', '::')}/${name}`;
			app.post(method('getWebhookInfo'), () => ({ ok: true, result: { url: bot.webhook.url } }));
			app.post<{ Body: SetWebhook }>(method('setWebhook'), ({ body }) => {
				bot.webhook = { url: body.url, secret: body.secret_token };
				return { ok: true, result: true };
			});
			app.post(method('deleteWebhook'), () => {
				bot.webhook = { url: '', secret: '' };
				return { ok: true, result: true };
			});
			app.post<{ Body: { file_id: string } }>(method('getFile'), ({ body }, reply) => {
				if (!photos.has(body.file_id)) return reply.code(400).send(wrongFile);
				const file_path = `photos/${body.file_id}.jpg`;
				return reply.send({ ok: true, result: { file_id: body.file_id, file_path } });
			});
			app.get<{ Params: { id: string } }>(
				`/file/bot${BOT_TOKEN.replace(':', '::')}/photos/:id.jpg`,
				// Telegram does not say what kind of image it is.
				({ params }, reply) => reply.type('application/octet-stream').send(photos.get(params.id)),
			);
			app.post<{ Body: TextMessage }>(method('sendMessage'), ({ body }, reply) => {
				const problem = problemOf(body, TEXT_FIELDS) ?? markdownProblem(body);
				if (problem) return reply.code(400).send(badRequest(problem));
				const chatId = String(body.chat_id);
				if (bot.forbidden.has(chatId)) return reply.code(403).send(forbidden);
				const buttons = body.reply_markup?.inline_keyboard.flat();
				bot.sent.push({ chatId, text: body.text, ...(buttons && { buttons }) });
				return reply.send({ ok: true, result: { message_id: bot.sent.length } });
			});
			app.post<{ Body: Buffer }>(method('sendVideo'), async ({ body, headers }, reply) => {
				const type = String(headers['content-type']);
				const form = await new Response(body, { headers: { 'content-type': type } }).formData();
				const problem = problemOf(Object.fromEntries(form), VIDEO_FIELDS);
				if (problem) return await reply.code(400).send(badRequest(problem));
				const chatId = form.get('chat_id') as string;
				if (bot.forbidden.has(chatId)) return await reply.code(403).send(forbidden);
				const file = form.get('video') as File;
				const content = Buffer.from(await file.arrayBuffer());
				const video = { name: file.name, type: file.type, content };
				const caption = form.get('caption') as string | null;
				bot.sent.push({ chatId, video, ...(caption !== null && { caption }) });
				const isChannel = chatId.startsWith('@');
				const chat = isChannel
					? { id: -1001234567890, type: 'channel', username: chatId.slice(1) }
					: { id: Number(chatId), type: 'private' };
				return await reply.send({ ok: true, result: { message_id: bot.sent.length, chat } });
			});
		},
		async receive(update) {
			const headers = {
				'content-type': 'application/json',
				'x-telegram-bot-api-secret-token': bot.webhook.secret,
			};
			const body = JSON.stringify(update);
			return (await fetch(bot.webhook.url, { method: 'POST', headers, body })).status;
		},
		upload(id, content) {
			photos.set(id, content);
		},
	};
	return bot;
}

const badRequest = (problem: string) => ({
	...{ ok: false, error_code: 400, description: `Bad Request: ${problem}` },
});

const wrongFile = badRequest('invalid file_id');

const forbidden = {
	...{ ok: false, error_code: 403 },
	description: 'Forbidden: bot is not a member of the channel chat',
};

function problemOf(body: object, known: readonly string[]): string | undefined {
	const strangers = unknownFields(body, known);
	return strangers.length > 0 ? `unknown: ${strangers.join(', ')}` : undefined;
}

/** In Telegram's Markdown each `_`, `*` and backtick has a partner, or a backslash in front of it. */
function markdownProblem({ text, parse_mode: mode }: TextMessage): string | undefined {
	if (mode !== 'Markdown') return undefined;
	const plain = text.replace(/\\[_*`[]/g, '').replace(/\[[^\]]*\]\([^)]*\)/g, '');
	const isBroken = ['_', '*', '`'].some((mark) => plain.split(mark).length % 2 === 0);
	return isBroken || plain.includes('[') ? "can't parse entities" : undefined;
}
