import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { rawValue } from '../fields/expressions';
import { idempotencyKey as keyField } from '../fields/idempotencyKey';
import { CREDENTIAL } from '../http/exchange';
import type { PreparedRequest, Scope } from '../idempotency/createTypes';
import type { ExecutionStore } from '../idempotency/executionStore';
import { fileIdentityOf, hashOf, identityOf } from '../idempotency/requestIdentity';
import { lineageOf } from '../n8n/execution';
import { usedAsTool } from '../n8n/nodeSettings';
import { without } from '../tasks/task';
import type { OpenedMedium } from './openMedia';
import { mediaBody } from './openMedia';
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
		const { item, request, media, idempotencyKey } = entry;
		const uploads = media.flatMap(({ files }) => files.filter(({ isUpload }) => isUpload));
		const { request: fieldsHash, item: itemHash } = identityOf({
			endpoint: request.endpoint,
			fields: { ...request.fields, ...identitiesOf(media) },
			raw: rawFields(context, entry),
			evaluate: (part) => context.evaluateExpression(part, item),
			// An agent gives each of its requests an ID.
			json: without(items[item]!.json, ['toolCallId']),
			files: uploads.map(({ identity }) => identity),
		});
		const scope = scopeOf(context, entry);
		const requestHash = scope === 'key' ? hashOf([idempotencyKey, fieldsHash]) : fieldsHash;
		return { item, itemHash, requestHash, counted: scope === 'execution', scope };
	});
	const names = executionStore.name(named);
	return prepared.map((entry, index): PreparedRequest => {
		const { scope } = named[index]!;
		const { item, request, media, retryUnavailable } = entry;
		const scopeParts = scope === 'key' ? ofKeys : within;
		return {
			item,
			endpoint: request.endpoint,
			scope,
			claim: hashOf([scope, scopeParts, names[index]]),
			uploads: media.some(({ files }) => files.some(({ isUpload }) => isUpload)),
			body: async () => await bodyOf(entry),
			retryUnavailable,
		};
	});
}

function scopeOf<T>(context: IExecuteFunctions, { idempotencyKey }: Prepared<T>): Scope {
	if (idempotencyKey !== undefined) return 'key';
	return usedAsTool(context) ? 'tool' : 'execution';
}

/** The files of a request, each by its bytes or by its URL without signature. */
function identitiesOf(media: readonly OpenedMedium[]): IDataObject {
	return Object.fromEntries(
		media.map(({ medium, files }) => [
			medium.apiName,
			files.map(({ identity, isUpload }) => (isUpload ? identity : fileIdentityOf(identity))),
		]),
	);
}

/** The fields that decide which video is made, expressions unevaluated, by the names of the API where they have one. */
function rawFields<T>(
	context: IExecuteFunctions,
	{ request, media }: Prepared<T>,
): Record<string, unknown> {
	const raw = (name: string) => rawValue(context, name);
	const fields = request.resource.fields.map(({ name, apiName }) => [apiName, raw(name)]);
	const files = media.map(({ medium, sources }) =>
		// A file counts by its bytes, whatever gives the name of its field.
		sources.some((source) => 'property' in source)
			? [medium.fileNames.name, raw(medium.fileNames.name)]
			: [medium.apiName, raw(medium.urls.name)],
	);
	return {
		model: raw('model'),
		...(Object.fromEntries([...fields, ...files]) as Record<string, unknown>),
		[keyField.name]: raw(keyField.name),
	};
}

async function bodyOf<T>({ request, media, webhookUrl }: Prepared<T>): Promise<IDataObject> {
	return {
		...(await mediaBody(media)),
		...request.fields,
		...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl }),
	};
}
