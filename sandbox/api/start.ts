import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { addApiRoutes } from './apiRoutes';
import { addControlRoutes } from './controlRoutes';
import { addFileRoutes, hadKey } from './fileRoutes';
import { addPage } from './page';
import { USER_AGENT } from './fetchFile';
import type { SandboxOptions } from './wire';
import { Sandbox, type EventListener } from './sandbox';

/** Largest body taken; the real upload API takes 1 GiB, but here files are kept in memory. */
const MAX_BODY_BYTES = 128 * 1024 * 1024;

export interface RunningSandbox {
	/** base URL, without a slash at the end */
	url: string;
	key: string;
	secret: string;
	close(): Promise<void>;
}

/** Starts the sandbox in this process; `listener` hears what happens to tasks. */
export async function startSandboxApi(
	options: SandboxOptions = {},
	listener: EventListener = () => {},
): Promise<RunningSandbox> {
	const { host = '127.0.0.1', port = 0 } = options;
	const sandbox = new Sandbox(options, listener);
	const app = fastify({
		forceCloseConnections: true,
		bodyLimit: MAX_BODY_BYTES,
		routerOptions: { maxParamLength: 1000 },
	});
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
	app.setNotFoundHandler(async (_request, reply) => {
		await reply.code(404).send({ message: 'Not found' });
	});
	app.setErrorHandler(async (error: FastifyError, _request, reply) => {
		const unreadable = error instanceof SyntaxError;
		const status = unreadable ? 400 : (error.statusCode ?? 500);
		if (status >= 500) console.error(error);
		const text = status >= 500 ? 'Internal Server Error' : error.message;
		await reply.code(status).send({ message: text });
	});
	recordRequests(app, sandbox);
	await addApiRoutes(app, sandbox);
	addFileRoutes(app, sandbox);
	await app.register(
		async (control) => {
			addControlRoutes(control, sandbox);
		},
		{ prefix: '/_sandbox' },
	);
	addPage(app, sandbox);

	const origin = await app.listen({ host, port });
	const local = origin.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]');
	sandbox.url = (options.publicUrl ?? local).replace(/\/+$/, '');
	return {
		url: sandbox.url,
		key: sandbox.key,
		secret: sandbox.secret,
		close: async () => {
			await app.close();
			await sandbox.close();
		},
	};
}

function recordRequests(app: FastifyInstance, sandbox: Sandbox): void {
	app.addHook('onRequest', async (request, reply) => {
		if (request.url === '/' || request.url.startsWith('/_sandbox')) return;
		const entry = sandbox.remember(sandbox.requests, {
			at: Date.now(),
			method: request.method,
			path: request.url,
			status: 0,
			hadKey: hadKey(request),
			bySandbox: request.headers['user-agent'] === USER_AGENT,
		});
		reply.raw.once('close', () => {
			if (reply.raw.writableFinished) entry.status = reply.raw.statusCode;
		});
	});
}
