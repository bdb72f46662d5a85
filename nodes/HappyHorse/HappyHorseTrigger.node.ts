import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { clockOf } from './concurrency/clock';
import { optionalVideoOutputFields, triggerOptions } from './fields/videoOutput';
import { failedItem } from './output/failedItem';
import { typedError } from './output/nodeError';
import { fitErrorOutput } from './output/olderErrorOutput';
import { hintAtMissingLinks } from './output/publicLink';
import { emit } from './trigger/emit';
import { receive } from './trigger/receive';

export class HappyHorseTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Happy Horse Trigger',
		name: 'happyHorseTrigger',
		icon: { light: 'file:happyHorse.svg', dark: 'file:happyHorse.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ $parameter["events"].map((event) => event[0] + event.slice(1).toLowerCase().replace("_", " ")).join(", ") }}',
		// The node panel lists both nodes as one entry with the description of the trigger.
		description: 'Create videos, or start a workflow when a video is finished',
		defaults: { name: 'Happy Horse Trigger' },
		eventTriggerDescription: 'Waiting for a webhook about a video',
		activationMessage: 'The provider can now start this workflow when a video is ready.',
		triggerPanel: {
			header: 'Start when a video is finished',
			executionsHelp: {
				inactive:
					'Publish this workflow to receive finished videos. The <b>test URL</b> works for two minutes only, and most videos take longer. n8n must be reachable from the internet.',
				active: 'This workflow starts each time the provider sends a webhook about a video.',
			},
			activationHint: 'Publish this workflow to receive finished videos.',
		},
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		maxNodes: 1,
		credentials: [{ name: 'happyHorseApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				// Without it n8n responds to every webhook with the text "firstEntryJson" (2.41.1).
				responseData: '',
				// Made from the workflow's ID alone, so that the action node knows it on every process.
				path: '={{ "happy-horse-" + $workflow.id }}',
				isFullPath: true,
			},
		],
		properties: [
			{
				displayName:
					'Videos of this workflow: set Status Updates to "Start This Workflow" in the Happy Horse node. Videos of another workflow: open "Webhook URLs" above, switch to Production URL, and paste that URL there.',
				name: 'whichUrl',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Trigger On',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['COMPLETED', 'FAILED'],
				options: [
					{
						name: 'Completed',
						value: 'COMPLETED',
						action: 'On video completed',
						description: 'The video is finished',
					},
					{
						name: 'Created',
						value: 'CREATED',
						action: 'On video queued',
						description: 'The task was created and waits for its turn',
					},
					{
						name: 'Failed',
						value: 'FAILED',
						action: 'On video failed',
						description: 'The video could not be made',
					},
					{
						name: 'In Progress',
						value: 'IN_PROGRESS',
						action: 'On video in progress',
						description: 'The provider has begun to work',
					},
				],
			},
			...optionalVideoOutputFields.flatMap((field) => field.properties),
			triggerOptions,
		],
	};

	webhookMethods = {
		default: {
			// Each create request names the URL: there is nothing to register at the provider.
			async checkExists(): Promise<boolean> {
				return true;
			},
			async create(): Promise<boolean> {
				return true;
			},
			async delete(): Promise<boolean> {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this, clockOf());
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			const items = await emit(this);
			hintAtMissingLinks(this, items);
			return [items];
		} catch (error) {
			if (!this.continueOnFail()) throw typedError(this.getNode(), error);
			return [fitErrorOutput(this, [failedItem(this.getNode(), error, { item: 0 })])];
		}
	}
}
