import type { IExecuteFunctions } from 'n8n-workflow';

import { mapLimit } from '../concurrency/mapLimit';
import { callbackFields, isTriggerUrl, readCallbackUrl } from '../fields/callback';
import { optionsProperty } from '../fields/options';
import { hostOf } from '../http/provider';
import { taskItem, taskOutput } from '../output/item';
import type { Endpoint } from '../tasks/endpoint';
import { readFinished } from '../tasks/readFinished';
import type { Task } from '../tasks/task';
import { isFinal, isWhole } from '../tasks/task';
import { addSignedQuery } from '../webhook/signedQuery';
import { createOptions, requestProperties } from './createProperties';
import type { Operation } from './operation';
import { assertNoLoop, assertPublished, isTriggerMissing } from './ownTrigger';
import type { RunContext } from './runContext';
import { openRunContext } from './runContext';
import { submit } from './submit';

/** The API allows about 50 requests a minute. */
const READS_AT_ONCE = 3;

export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: ({ action }) => `Create video ${action}`,
	description: 'Create one video per item and continue immediately',
	properties: (resource) => [
		...requestProperties(resource),
		...callbackFields.flatMap((field) => field.properties),
		optionsProperty(createOptions(resource)),
	],
	async execute(context: IExecuteFunctions) {
		const runContext = await openRunContext(context);
		const { api } = runContext;
		const providerHost = hostOf(api.provider);
		const readWebhookUrl = (item: number) => readCallbackUrl(context, { item, providerHost });
		const triggerIsMissing = await isTriggerMissing(context, readWebhookUrl);
		const submitted = await submit(runContext, {
			read: (item) => {
				const webhookUrl = readWebhookUrl(item);
				if (webhookUrl !== undefined) {
					assertPublished(context, { webhookUrl, triggerIsMissing });
					assertNoLoop(context, webhookUrl);
				}
				return webhookUrl;
			},
			webhookUrl: ({ endpoint, metadata }, { extra: webhookUrl }) => {
				if (webhookUrl === undefined) return undefined;
				// Any URL but that of a Happy Horse Trigger stays as it is, unless it has metadata to carry.
				if (!isTriggerUrl(webhookUrl) && metadata === undefined) return webhookUrl;
				return addSignedQuery(webhookUrl, { endpoint, metadata }, api.provider.signingKey);
			},
		});
		return await mapLimit(submitted, {
			limit: READS_AT_ONCE,
			work: async (entry) => {
				if ('settled' in entry) return entry.settled;
				const { item, request, reused } = entry;
				const { endpoint, metadata } = request;
				const task = await withVideoUrl(runContext, { endpoint, task: entry.task });
				return taskItem(taskOutput(task, { endpoint, metadata, reused }), { item });
			},
		});
	},
};

/** Reads an earlier task that is known from a list only, which holds neither its URL nor why it failed. */
async function withVideoUrl(
	{ api, clock }: RunContext,
	{ endpoint, task }: { endpoint: Endpoint; task: Task },
): Promise<Task> {
	if (!isFinal(task.status) || isWhole(task)) return task;
	const reference = { endpoint, taskId: task.task_id };
	return await readFinished(api, reference, clock).catch(() => task);
}
