import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { modelField } from '../fields/model';
import {
	checkImageOption,
	dryRunOption,
	maxConcurrencyOption,
	metadataOption,
	optionsField,
	seedOption,
} from '../fields/options';
import { videoFields } from '../fields/video';
import { withNote } from '../lifecycle/waiting/callbackNote';
import { taskItem, taskOutput } from '../lifecycle/delivering/output';
import { isTriggerAddress } from '../parameters/callback';
import { readCallback, readDryRun } from '../parameters/read';
import { hostOf } from '../transport/provider';
import { dryRunItems } from './dryRun';
import type { Operation } from './operation';
import { openScene } from './scene';
import { carryOut } from './ordering';
import { planOrders } from './planning';

const callbackFields: INodeProperties[] = [
	{
		displayName: 'When Finished',
		name: 'callback',
		type: 'options',
		default: 'none',
		description: 'What the provider does each time the status of the video changes',
		options: [
			{
				name: 'Call a URL',
				value: 'url',
				description: 'Such as the production URL of a webhook in another workflow',
			},
			{ name: 'Do Nothing', value: 'none', description: "Look later with 'Get' or 'Wait'" },
			{
				name: 'Start This Workflow',
				value: 'thisWorkflow',
				description:
					'At its Happy Horse Trigger, if the workflow is published. There is nothing to copy.',
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
			'The address that the provider calls. It must be reachable from the internet, and must be a production URL: test URLs stop working after two minutes.',
		displayOptions: { show: { callback: ['url'] } },
	},
];

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create video',
		description: 'Start one video per item and go on at once',
	},
	fields: [
		modelField,
		...videoFields,
		...callbackFields,
		optionsField([
			checkImageOption,
			dryRunOption,
			maxConcurrencyOption,
			metadataOption,
			seedOption,
		]),
	],
	async execute(context: IExecuteFunctions) {
		const scene = await openScene(context);
		const { api } = scene;
		const providerHost = hostOf(api.provider);
		const dryRun = readDryRun(context);
		const plan = await planOrders(scene, {
			read: (item) => readCallback(context, { item, providerHost }),
			webhookUrl: ({ model, metadata }, { extra: address }) => {
				if (address === undefined) return undefined;
				// An address of somebody else stays as it is, unless it has metadata to carry.
				if (!isTriggerAddress(address) && metadata === undefined) return address;
				return withNote(address, { model, metadata }, api.provider.noteKey);
			},
		});
		if (dryRun) return dryRunItems(plan);
		const ordered = await carryOut(scene, plan);
		return ordered.map((entry) => {
			if ('failed' in entry) return entry.failed;
			const { item, task, order } = entry;
			const { model, metadata } = order;
			return taskItem(taskOutput(task, { model, metadata }), { item });
		});
	},
};
