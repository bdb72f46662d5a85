import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { PreparedRequest, Scope } from '../idempotency/createRun';
import type { ExecutionStore } from '../idempotency/executionStore';
import { fileIdentityOf, hashOf, identityOf } from '../idempotency/requestIdentity';
import type { CreateRequest } from '../tasks/createRequest';
import { without } from '../tasks/task';
import { lineageOf } from '../n8n/execution';
import { rawValue } from '../fields/raw';
import { CREDENTIAL } from '../http/exchange';
import { usedAsTool } from '../n8n/nodeSettings';
import type { Prepared } from './prepare';

/** Gives each item its claim: the same in every try of the same request. */
export function requestsOf<T>(
	context: IExecuteFunctions,
	prepared: ReadonlyArray<Prepared<T>>,
	executionStore: ExecutionStore,
): PreparedRequest[] {
	const { id: nodeId, name: nodeName, credentials } = context.getNode();
	// Two nodes of an imported workflow may have the same ID.
	const within = [lineageOf(context), nodeId, nodeName];
	const ofKeys = [credentials?.[CREDENTIAL]?.id ?? ''];
	const items = context.getInputData();
	const named = prepared.map((entry) => {
		const { item, request, imageIdentity, idempotencyKey } = entry;
		const isUrl = 'url' in request.image;
		const image = isUrl ? fileIdentityOf(imageIdentity) : imageIdentity;
		const { request: fieldsHash, item: itemHash } = identityOf({
			endpoint: request.endpoint,
			fields: { ...request.fields, image },
			raw: rawFields(context, request),
			evaluate: (part) => context.evaluateExpression(part, item),
			// An agent gives each of its requests an ID.
			json: without(items[item]!.json, ['toolCallId']),
			file: isUrl ? undefined : image,
		});
		const scope = scopeOf(context, entry);
		const requestHash = scope === 'key' ? hashOf([idempotencyKey, fieldsHash]) : fieldsHash;
		return { item, itemHash, requestHash, counted: scope === 'execution', scope };
	});
	const names = executionStore.name(named);
	return prepared.map((entry, index): PreparedRequest => {
		const { scope } = named[index]!;
		const { item, request, retryUnavailable } = entry;
		const scopeParts = scope === 'key' ? ofKeys : within;
		return {
			item,
			endpoint: request.endpoint,
			scope,
			claim: hashOf([scope, scopeParts, names[index]]),
			uploads: 'binaryProperty' in request.image,
			body: async () => await bodyOf(entry),
			retryUnavailable,
		};
	});
}

function scopeOf<T>(context: IExecuteFunctions, { idempotencyKey }: Prepared<T>): Scope {
	if (idempotencyKey !== undefined) return 'key';
	return usedAsTool(context) ? 'tool' : 'execution';
}

/** The fields that decide which video is made, expressions unevaluated. */
function rawFields(context: IExecuteFunctions, { image }: CreateRequest): Record<string, unknown> {
	const names = ['model', 'prompt', 'resolution', 'duration'];
	const raw = (name: string) => rawValue(context, name);
	return {
		...Object.fromEntries(names.map((name) => [name, raw(name)])),
		// A file counts by its bytes, whatever gives the name of its field.
		...('url' in image ? { image: raw('imageUrl') } : { property: raw('binaryPropertyName') }),
		seed: raw('options.seed'),
		idempotencyKey: raw('options.idempotencyKey'),
	};
}

async function bodyOf<T>({ request, imageUrl, webhookUrl }: Prepared<T>): Promise<IDataObject> {
	return {
		image_url: await imageUrl(),
		...request.fields,
		...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl }),
	};
}
