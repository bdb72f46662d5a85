/** The nodes of n8n that the workflows of today are made of. */
import type { CredentialReference } from '../../server/support/workflows/workflow';

export type NodeJson = Record<string, unknown> & { name: string };

export const ITEMS = 'Items';
export const CREATE = 'Create';
export const PAUSE = 'Pause';
export const READ = 'Read';
export const FINISHED = 'Finished?';
export const LOOP = 'Loop Over Items';
export const DONE = 'Done';

const TASKS = '/v1/ai/image-to-video/happy-horse-1';

export function node(
	name: string,
	{ type, version, ...details }: { type: string; version: number } & Record<string, unknown>,
): NodeJson {
	const full = type.includes('.') ? type : `n8n-nodes-base.${type}`;
	return {
		id: `node-${name}`,
		name,
		type: full,
		typeVersion: version,
		position: [0, 0],
		...details,
	};
}

export function webhook(path: string): NodeJson {
	return node('Webhook', {
		...{ type: 'webhook', version: 2, webhookId: path },
		parameters: { path, httpMethod: 'POST', options: {} },
	});
}

export const items = node(ITEMS, {
	...{ type: 'splitOut', version: 1 },
	parameters: { fieldToSplitOut: 'body.items', options: {} },
});

export const done = node(DONE, { type: 'noOp', version: 1, parameters: {} });

export interface Api {
	base: string;
	auth: CredentialReference;
	/** With the node's own pause between requests, and Retry On Fail: for an API that takes 50 requests a minute. */
	careful?: boolean;
}

/** 46 requests a minute, and as many tries as n8n allows. */
const CAREFUL = {
	options: { batching: { batch: { batchSize: 1, batchInterval: 1300 } } },
	retry: { retryOnFail: true, maxTries: 5, waitBetweenTries: 5000 },
};

function request(
	name: string,
	{ auth, careful = false }: Api,
	parameters: Record<string, unknown>,
): NodeJson {
	return node(name, {
		...{ type: 'httpRequest', version: 4.2 },
		...(careful ? CAREFUL.retry : {}),
		credentials: { httpHeaderAuth: auth },
		parameters: {
			authentication: 'genericCredentialType',
			genericAuthType: 'httpHeaderAuth',
			options: careful ? CAREFUL.options : {},
			...parameters,
		},
	});
}

/** `more` is added to the body, as the inside of a JavaScript object. */
export function create(api: Api, more = ''): NodeJson {
	const body = `image_url: $json.image, prompt: $json.name, resolution: '720P', duration: 3${more}`;
	return request(CREATE, api, {
		method: 'POST',
		url: api.base + TASKS,
		...{ sendBody: true, specifyBody: 'json', jsonBody: `={{ JSON.stringify({ ${body} }) }}` },
	});
}

/** Reads the task of the item. */
export function read(api: Api, { name = READ, taskId = '$json.data.task_id' } = {}): NodeJson {
	return request(name, api, { method: 'GET', url: `=${api.base}${TASKS}/{{ ${taskId} }}` });
}

export function pause(seconds: number): NodeJson {
	return node(PAUSE, {
		...{ type: 'wait', version: 1.1, webhookId: `wait-${Math.random().toString(36).slice(2)}` },
		parameters: { resume: 'timeInterval', amount: seconds, unit: 'seconds' },
	});
}

/** Continues with the first request to the execution's resume URL; with `auth` only with one that has that key. */
export function untilWebhook(auth?: CredentialReference): NodeJson {
	const keyed = {
		credentials: { httpHeaderAuth: auth },
		parameters: { incomingAuthentication: 'headerAuth' },
	};
	const { credentials, parameters } =
		auth === undefined ? { credentials: {}, parameters: {} } : keyed;
	return node(PAUSE, {
		...{ type: 'wait', version: 1.1, webhookId: `wait-${Math.random().toString(36).slice(2)}` },
		credentials,
		parameters: { resume: 'webhook', httpMethod: 'POST', options: {}, ...parameters },
	});
}

export function finished(status: string): NodeJson {
	const operator = { type: 'string', operation: 'equals' };
	return node(FINISHED, {
		...{ type: 'if', version: 2.2 },
		parameters: {
			conditions: {
				options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
				conditions: [
					{ id: 'completed', leftValue: `={{ ${status} }}`, rightValue: 'COMPLETED', operator },
				],
				combinator: 'and',
			},
			options: {},
		},
	});
}

export const loop = node(LOOP, {
	...{ type: 'splitInBatches', version: 3 },
	parameters: { batchSize: 1, options: {} },
});

/** Connections from `[from, to]`, or `[from, to of output 0, to of output 1]`. */
export function links(...pairs: ReadonlyArray<readonly string[]>): Record<string, unknown> {
	return Object.fromEntries(
		pairs.map(([from = '', ...to]) => [
			from,
			{ main: to.map((name) => [{ node: name, type: 'main', index: 0 }]) },
		]),
	);
}
