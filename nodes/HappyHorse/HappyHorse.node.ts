import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeExecutionData,
	INodeListSearchResult,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';

import { clockOf } from './concurrency/clock';
import { continuesOnFail } from './n8n/nodeSettings';
import { operations, properties } from './operations';
import { readInput } from './operations/readInput';
import { searchTasks } from './operations/taskSearch';
import { failedItem } from './output/failedItem';
import type { InputOf } from './output/inputFields';
import { withInput } from './output/inputFields';
import { typedError } from './output/nodeError';
import { fitErrorOutput } from './output/olderErrorOutput';
import { hintAtMissingLinks } from './output/publicLink';
import { receiveWebhook } from './waiting/receiveWebhook';
import { resumeWebhooks } from './waiting/resumeWebhookDescription';

export class HappyHorse implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Happy Horse',
		name: 'happyHorse',
		icon: { light: 'file:happyHorse.svg', dark: 'file:happyHorse.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ($parameter["operation"].replace("getAll", "getMany") + ": " + $parameter["resource"]).replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase()) }}',
		description: 'Create videos from images, references, text or other videos with Happy Horse',
		defaults: { name: 'Happy Horse' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'happyHorseApi', required: true }],
		webhooks: resumeWebhooks,
		waitingNodeTooltip:
			'Creating your videos, usually 1 to 6 minutes. You can close this tab. Stopping does not cancel them: fetch them with Get Many and Wait.',
		properties: [...properties],
	};

	methods = {
		listSearch: {
			async taskSearch(
				this: ILoadOptionsFunctions,
				filter?: string,
			): Promise<INodeListSearchResult> {
				return await searchTasks(this, filter);
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		let inputOf: InputOf = () => undefined;
		try {
			const name = this.getNodeParameter('operation', 0);
			const operation = operations.get(name);
			if (!operation) {
				throw new NodeOperationError(this.getNode(), `There is no operation '${name}'`, {
					description: 'Pick an operation from the list.',
				});
			}
			inputOf = readInput(this);
			const items = await operation.execute(this);
			hintAtMissingLinks(this, items);
			return [fitErrorOutput(this, withInput(items, inputOf))];
		} catch (error) {
			// An error here concerns all items, such as a credential that cannot be used.
			if (!continuesOnFail(this)) throw typedError(this.getNode(), error);
			const failed = this.getInputData().map((_, item) =>
				failedItem(this.getNode(), error, { item }),
			);
			return [fitErrorOutput(this, withInput(failed, inputOf))];
		}
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveWebhook(this, clockOf());
	}
}
