import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { file, message, type ApiResponse } from './response';
import { drawImage } from './drawn';
import { drawVideo, type DrawnVideoQuery } from './drawnVideo';
import { respondWith, send } from './faults';
import type { RequestKind } from './wire';
import type { Sandbox } from './sandbox';

const EXAMPLES = path.resolve(__dirname, '../../examples/images');
const TYPES: Record<string, string> = {
	'.jpg': 'image/jpeg',
	'.jpeg': 'image/jpeg',
	'.png': 'image/png',
	'.webp': 'image/webp',
	'.bmp': 'image/bmp',
};

/** Adds the signed URLs (videos, uploads) and the images for tests. No key is needed here. */
export function addFileRoutes(app: FastifyInstance, sandbox: Sandbox): void {
	const signed =
		(kind: RequestKind, respond: (request: FastifyRequest, id: string) => Work) =>
		async (request: FastifyRequest, reply: FastifyReply) => {
			const id = idIn(request);
			const task = sandbox.tasks.get(id);
			const about = { prompt: task?.prompt ?? null, fileUrls: task?.fileUrls ?? [] };
			const endpoint = task?.endpoint;
			const effect = sandbox.rules.take({ kind, endpoint, taskId: id, ...about });
			await respondWith(reply, effect, async () => {
				const { token } = request.query as { token?: string };
				const fault = sandbox.signer.faultOf(request.url.split('?')[0] ?? '', token);
				if (fault !== undefined) return message(403, `Forbidden: token ${fault}`);
				return await respond(request, id);
			});
		};

	app.route({
		method: ['GET', 'HEAD'],
		url: '/results/:file',
		handler: signed('result', async ({ headers }, id) => {
			const task = sandbox.tasks.get(id);
			if (task?.status !== 'COMPLETED') return message(404, 'Not found');
			const video = await sandbox.videos.get(task);
			const etag = `"${createHash('sha256').update(video).digest('hex').slice(0, 32)}"`;
			const unchanged = (headers['if-range'] ?? etag) === etag;
			return file(video, {
				headers: { 'content-type': 'video/mp4', etag },
				range: unchanged ? headers.range : undefined,
			});
		}),
	});

	app.put(
		'/uploads/put/:file',
		signed('put', (request, id) => {
			const upload = sandbox.uploads.get(id);
			if (upload === undefined) return message(404, 'Not found');
			if (hadKey(request)) return message(400, 'Do not send the API key to the upload URL');
			const wrong = sandbox.uploads.wrongHeaders(upload, request.headers);
			if (wrong.length > 0) {
				return message(403, `SignatureDoesNotMatch: wrong or missing header ${wrong.join(', ')}`);
			}
			upload.bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
			upload.sizeBytes = upload.bytes.length;
			sandbox.tell('upload', `${id} ${upload.contentType}, ${upload.sizeBytes} bytes`);
			return { status: 200, body: '', headers: {} };
		}),
	);

	app.route({
		method: ['GET', 'HEAD'],
		url: '/uploads/asset/:file',
		handler: signed('asset', ({ headers }, id) => {
			const upload = sandbox.uploads.get(id);
			if (!upload?.bytes) return message(404, 'Not found');
			return file(upload.bytes, {
				headers: { 'content-type': upload.contentType },
				range: headers.range,
			});
		}),
	});

	app.get('/images/:file', async (request, reply) => {
		const { n = '', bytes = '0' } = request.query as { n?: string; bytes?: string };
		const { file: name } = request.params as { file: string };
		const image = await drawImage(name, { n, bytes: Number(bytes) });
		if (image === undefined) return await reply.code(404).send({ message: 'No such image' });
		return await reply.type(image.contentType).send(image.bytes);
	});

	app.get('/videos/:file', async (request, reply) => {
		const { file: name } = request.params as { file: string };
		const video = await drawVideo(sandbox.videos, name, request.query as DrawnVideoQuery);
		if (video === undefined) return await reply.code(404).send({ message: 'No such video' });
		const { bytes, contentType } = video;
		const { range } = request.headers;
		const headers = { 'content-type': contentType };
		return await send(reply, file(bytes, { headers, range }));
	});

	app.get('/examples/images/:file', async (request, reply) => {
		const name = path.basename((request.params as { file: string }).file);
		const bytes = await readFile(path.join(EXAMPLES, name)).catch(() => undefined);
		const type = TYPES[path.extname(name).toLowerCase()];
		if (bytes === undefined || type === undefined) {
			return await reply.code(404).send({ message: 'No such image' });
		}
		return await reply.type(type).send(bytes);
	});
}

type Work = ApiResponse | Promise<ApiResponse>;

/** True when one of the two API key headers came along, with whatever key. */
export function hadKey({ headers }: FastifyRequest): boolean {
	return 'x-magnific-api-key' in headers || 'x-freepik-api-key' in headers;
}

function idIn(request: FastifyRequest): string {
	return (request.params as { file: string }).file.replace(/\.mp4$/, '');
}
