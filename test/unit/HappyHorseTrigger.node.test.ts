import type {
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { TRIGGER_PATH_PREFIX } from '../../nodes/HappyHorse/fields/callback';
import { HappyHorseTrigger } from '../../nodes/HappyHorse/HappyHorseTrigger.node';
import { fakeExecution, thrownBy } from './support/fakeExecution';
import { fakeTriggerWebhook, place, SIGNING } from './trigger/fakeTriggerWebhook';

const trigger = new HappyHorseTrigger();
const { description } = trigger;
const fields = new Map(description.properties.map((property) => [property.name, property]));

describe('what n8n shows', () => {
	it('W47: listens to POST at one URL, and n8n sends no response by itself', () => {
		expect(description.webhooks).toHaveLength(1);
		expect(description.webhooks?.[0]).toMatchObject({
			name: 'default',
			httpMethod: 'POST',
			responseMode: 'onReceived',
			responseData: '',
			isFullPath: true,
		});
	});

	it('A6: the path has no parameters, and is the one that the action node sends', () => {
		const { path = '' } = description.webhooks?.[0] ?? {};
		expect(path).toBe(`={{ "${TRIGGER_PATH_PREFIX}" + $workflow.id }}`);
		expect(path).not.toContain(':');
	});

	it('is a trigger, one for each workflow', () => {
		expect(description).toMatchObject({ group: ['trigger'], inputs: [], maxNodes: 1 });
		expect(description.outputs).toHaveLength(1);
		expect(description.credentials).toEqual([{ name: 'happyHorseApi', required: true }]);
	});

	it('starts for both ends, and downloads nothing, unless told otherwise', () => {
		expect(fields.get('events')?.default).toEqual(['COMPLETED', 'FAILED']);
		expect(fields.get('downloadVideo')?.default).toBe(false);
		const options = fields.get('events')?.options as Array<{ value: string }>;
		expect(options.map(({ value }) => value)).toEqual([
			'COMPLETED',
			'CREATED',
			'FAILED',
			'IN_PROGRESS',
		]);
	});
});

it('registers nothing at the provider', async () => {
	const { checkExists, create, delete: remove } = trigger.webhookMethods.default;
	const context = {} as IHookFunctions;
	expect(
		await Promise.all(
			[checkExists, create, remove].map(async (method) => await method.call(context)),
		),
	).toEqual([true, true, true]);
});

it('R17: hands webhooks to a function that never throws', async () => {
	const { workflow, clock } = place();
	const { bendableWebhook, responses } = fakeTriggerWebhook({
		workflow,
		clock,
		credential: SIGNING,
		rawBody: 'rubbish',
	});
	const outcome = await trigger.webhook.call(bendableWebhook as unknown as IWebhookFunctions);
	expect(outcome).toEqual({ noWebhookResponse: true });
	expect(responses).toMatchObject([{ status: 401 }]);
});

describe('inside the execution', () => {
	const event: IDataObject = {
		task: { task_id: 'a', status: 'FAILED', generated: [], extra: {} },
		confirmed: true,
	};
	const setup = (continueOnFail: boolean, credential?: IDataObject) =>
		fakeExecution({
			mode: 'manual',
			// What has to be read takes the credential.
			items: [{ json: { ...event, confirmed: credential === undefined } }],
			continueOnFail,
			parameters: { downloadVideo: false, options: {} },
			...(credential === undefined ? {} : { credential }),
		});
	const unusable = { provider: 'magnific', apiKey: '' };
	const execute = async (context: IExecuteFunctions) => await trigger.execute.call(context);

	it('gives one output', async () => {
		const outputs = await execute(setup(false).context);
		expect(outputs).toMatchObject([
			[{ json: { task_id: 'a', status: 'FAILED' }, pairedItem: { item: 0 } }],
		]);
		expect(outputs).toHaveLength(1);
	});

	it('says in words what is wrong', async () => {
		const error = await thrownBy(execute(setup(false, unusable).context));
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe("The credential has no 'API Key'");
	});

	it('or gives an item that says it, where the node continues on errors', async () => {
		const outputs = await execute(setup(true, unusable).context);
		expect(outputs).toMatchObject([[{ json: { error: "The credential has no 'API Key'" } }]]);
	});
});
