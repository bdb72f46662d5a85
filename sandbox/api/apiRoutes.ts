import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createContract, keyHeader } from './contract';
import { endpoints, modelOf, type EndpointName } from './endpoints';
import { fileUrls } from './endpoints/files';
import { respondWith, send } from './faults';
import { operationsOf, type RequestContext } from './operations';
import { stops, type Subject } from './rules';
import type { RequestKind, SandboxPost } from './wire';
import type { Sandbox } from './sandbox';

/** Adds everything below `/v1`: the routes of the OpenAPI document. */
export async function addApiRoutes(app: FastifyInstance, sandbox: Sandbox): Promise<void> {
	const contexts = new WeakMap<FastifyRequest, RequestContext>();
	const accountOf = (request: FastifyRequest) => {
		const name = keyHeader(request, sandbox.settings);
		const key = name === null ? undefined : String(request.headers[name]);
		return key !== undefined && sandbox.keys.has(key) ? key : undefined;
	};
	const contextOf = (request: FastifyRequest) => {
		const context = contexts.get(request);
		if (context === undefined) throw new Error('A request without context');
		return context;
	};
	const contract = await createContract({
		settings: sandbox.settings,
		accountOf,
		operations: operationsOf(sandbox, contextOf),
	});

	app.all('/v1/*', async (request, reply) => {
		const apiRequest = {
			method: request.method,
			path: request.url,
			headers: request.headers as Record<string, string>,
			body: jsonBody(request),
		};
		const operation = contract.router.matchOperation(apiRequest);
		const [kind, endpoint] = (operation?.operationId ?? '').split(':') as Route;
		const creates = kind === 'create' && endpoint !== undefined;
		const post = creates ? recordPost(sandbox, { request, endpoint }) : undefined;
		reply.raw.once('close', () => {
			if (post !== undefined && reply.raw.writableFinished) post.status = reply.raw.statusCode;
		});
		const account = accountOf(request);
		// As a gateway in front of the API does: before anything else is looked at.
		const { headers = {}, rejection } = account === undefined ? {} : sandbox.limit.admit(account);
		reply.headers(headers);
		if (rejection !== undefined) return await send(reply, rejection);
		const effect = sandbox.rules.take(subjectOf(sandbox, { kind, endpoint, request, post }));
		contexts.set(request, {
			account: account ?? '',
			effect,
			...(post === undefined ? {} : { post }),
			responded: new Promise((resolve) => reply.raw.once('close', () => resolve())),
		});
		await respondWith(reply, effect, async () => await contract.handleRequest(apiRequest, request));
		if (post !== undefined) {
			const why = stops(effect) ? ' (by a rule)' : '';
			const about = [post.endpoint, ...post.fileUrls].join(' ');
			sandbox.tell('POST', `${about} got ${reply.statusCode}${why}`);
		}
	});
}

/** The parts of an operation id; only the operations of an endpoint have the second one. */
type Route = [kind: RequestKind, endpoint: EndpointName | undefined];

function recordPost(
	sandbox: Sandbox,
	{ request, endpoint }: { request: FastifyRequest; endpoint: EndpointName },
): SandboxPost {
	const rawBody = Buffer.isBuffer(request.body) ? request.body.toString() : '';
	const body = parsed(rawBody);
	const field = (name: string) => {
		const value = (body as Record<string, unknown> | null | undefined)?.[name];
		return typeof value === 'string' ? value : null;
	};
	return sandbox.remember(sandbox.posts, {
		at: Date.now(),
		status: 0,
		taskId: null,
		endpoint,
		model: modelOf(endpoint),
		body: body ?? rawBody,
		rawBody,
		prompt: field('prompt'),
		imageUrl: field('image_url'),
		fileUrls: fileUrls(endpoints[endpoint], body).map(({ url }) => url),
		keyHeader: keyHeader(request, { legacy: true }),
	});
}

function subjectOf(
	sandbox: Sandbox,
	about: {
		kind: RequestKind;
		endpoint: EndpointName | undefined;
		request: FastifyRequest;
		post: SandboxPost | undefined;
	},
): Subject {
	const { kind, endpoint, request, post } = about;
	if (post !== undefined) {
		return { kind, endpoint, prompt: post.prompt, fileUrls: post.fileUrls };
	}
	if (kind !== 'get') return { kind, endpoint };
	const taskId = request.url.split('?')[0]?.split('/').pop() ?? '';
	const task = sandbox.tasks.get(taskId);
	return { kind, endpoint, taskId, prompt: task?.prompt ?? null, fileUrls: task?.fileUrls ?? [] };
}

/** The body if it is a JSON object that was also announced as JSON. */
function jsonBody(request: FastifyRequest): object | undefined {
	if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return undefined;
	const value = Buffer.isBuffer(request.body) ? parsed(request.body.toString()) : undefined;
	return typeof value === 'object' && value !== null ? value : undefined;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
