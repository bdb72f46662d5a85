import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { modelField } from '../fields/model';
import {
	checkMediaOption,
	dryRunOption,
	idempotencyKeyOption,
	maxConcurrencyOption,
	maxTotalDurationOption,
	metadataOption,
	optionsField,
	retryUnavailableOption,
	seedOption,
} from '../fields/options';
import { videoFields } from '../fields/video';
import { addSignedQuery } from '../webhook/signedQuery';
import { readFinished } from '../tasks/readFinished';
import { taskItem, taskOutput } from '../output/item';
import { mapLimit } from '../concurrency/mapLimit';
import type { Endpoint } from '../tasks/endpoint';
import type { Task } from '../tasks/task';
import { isFinal, isWhole } from '../tasks/task';
import { isTriggerUrl } from '../fields/callback';
import { readCallbackUrl } from '../fields/read';
import { hostOf } from '../http/provider';
import { assertNoLoop, assertPublished, isTriggerDeaf } from './ownTrigger';
import type { Operation } from './operation';
import type { RunContext } from './runContext';
import { openRunContext } from './runContext';
import { submit } from './submit';

/** The API allows about 50 requests a minute. */
const READS_AT_ONCE = 3;

const callbackFields: INodeProperties[] = [
	{
		displayName: 'Status Updates',
		name: 'callback',
		type: 'options',
		default: 'none',
		description: 'Where the provider reports each change of the status of the video',
		options: [
			{
				name: 'Send to a Webhook URL',
				value: 'url',
				description: 'Such as the production URL of a webhook in another workflow',
			},
			{ name: 'None', value: 'none', description: "Look later with 'Get' or 'Wait'" },
			{
				name: 'Start This Workflow',
				value: 'thisWorkflow',
				description: 'Starts the Happy Horse Trigger in this workflow. Publish it first.',
			},
		],
	},
	{
		displayName: 'Webhook URL',
		name: 'webhookUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/video-finished',
		description:
			'The URL that the provider sends webhooks to. It must be reachable from the internet. Use a production URL: test URLs stop working after two minutes.',
		displayOptions: { show: { callback: ['url'] } },
	},
];

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create video',
		description: 'Create one video per item and continue immediately',
	},
	fields: [
		modelField,
		...videoFields,
		...callbackFields,
		optionsField([
			checkMediaOption,
			dryRunOption,
			idempotencyKeyOption,
			maxConcurrencyOption,
			maxTotalDurationOption,
			metadataOption,
			retryUnavailableOption,
			seedOption,
		]),
	],
	async execute(context: IExecuteFunctions) {
		const runContext = await openRunContext(context);
		const { api } = runContext;
		const providerHost = hostOf(api.provider);
		const readWebhookUrl = (item: number) => readCallbackUrl(context, { item, providerHost });
		const triggerIsDeaf = await isTriggerDeaf(context, readWebhookUrl);
		const submitted = await submit(runContext, {
			read: (item) => {
				const webhookUrl = readWebhookUrl(item);
				if (webhookUrl !== undefined) {
					assertPublished(context, { webhookUrl, triggerIsDeaf });
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
