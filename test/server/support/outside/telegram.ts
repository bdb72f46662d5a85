import type { OutsideService } from './world';

export const BOT_TOKEN = '123456:token-of-the-test';

export interface SentMessage {
	chatId: string;
	text?: string;
	video?: { name: string; type: string; content: Buffer };
}

export interface Telegram extends OutsideService {
	sent: SentMessage[];
	/** The URL that a trigger has registered. */
	webhook: { url: string; secret: string };
	/** Sends an update to it, as Telegram does; gives the status. */
	deliver(update: Record<string, unknown>): Promise<number>;
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
			app.post<{ Body: { chat_id: string; text: string } }>(method('sendMessage'), ({ body }) => {
				bot.sent.push({ chatId: String(body.chat_id), text: body.text });
				return { ok: true, result: { message_id: bot.sent.length } };
			});
			app.post<{ Body: Buffer }>(method('sendVideo'), async ({ body, headers }) => {
				const type = String(headers['content-type']);
				const form = await new Response(body, { headers: { 'content-type': type } }).formData();
				const file = form.get('video') as File;
				const content = Buffer.from(await file.arrayBuffer());
				const video = { name: file.name, type: file.type, content };
				bot.sent.push({ chatId: String(form.get('chat_id')), video });
				return { ok: true, result: { message_id: bot.sent.length } };
			});
		},
		async deliver(update) {
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

const wrongFile = { ok: false, error_code: 400, description: 'Bad Request: invalid file_id' };
