import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { HappyHorse } from '../../nodes/HappyHorse/HappyHorse.node';
import { operations } from '../../nodes/HappyHorse/operations';
import { resources } from '../../nodes/HappyHorse/resources';
import type { Setup } from './support/fakeExecution';
import {
	createParameters,
	fakeExecution,
	ownTime,
	settle,
	thrownBy,
} from './support/fakeExecution';
import { FakeVendor, json } from './support/fakeVendor';
import { fakeWebhook } from './support/fakeWebhook';

const node = new HappyHorse();

beforeEach(ownTime);
afterEach(() => jest.useRealTimers());

const execute = async (context: IExecuteFunctions) => await settle(node.execute.call(context));

function setup(operation: string, more: Setup = {}) {
	const vendor = new FakeVendor();
	return fakeExecution({
		parameters: { ...createParameters, operation },
		respond: (request) => vendor.respond(request),
		...more,
	});
}

it('runs the chosen operation and gives one output', async () => {
	const outputs = await execute(setup('create').context);
	expect(outputs).toHaveLength(1);
	expect(outputs[0]?.[0]?.json).toMatchObject({ task_id: 'task-0', status: 'CREATED' });
});

it('says that an operation does not exist', async () => {
	expect((await thrownBy(execute(setup('explode').context))).message).toBe(
		"There is no operation 'explode'",
	);
});

it.each([
	['throws what concerns all items', false],
	['gives it to each item where the node continues on errors', true],
])('%s', async (_, continueOnFail) => {
	const items = [{ json: {} }, { json: {} }];
	const { context, requests } = setup('create', {
		items,
		continueOnFail,
		credential: { provider: 'magnific', apiKey: '' },
	});
	if (continueOnFail) {
		const [results] = await execute(context);
		expect(results?.map(({ json: { error }, pairedItem }) => [error, pairedItem])).toEqual([
			["The credential has no 'API Key'", { item: 0 }],
			["The credential has no 'API Key'", { item: 1 }],
		]);
	} else {
		expect((await thrownBy(execute(context))).message).toBe("The credential has no 'API Key'");
	}
	expect(requests).toEqual([]);
});

it('shows no secret, whatever the API echoes', async () => {
	const apiKey = 'FPSX-topsecret';
	for (const statusCode of [400, 401, 403, 404, 429, 500]) {
		const { context } = setup('create', {
			continueOnFail: true,
			credential: { provider: 'magnific', apiKey },
			respond: () => json(statusCode, { message: `key ${apiKey}, ${encodeURIComponent(apiKey)}` }),
		});
		expect(JSON.stringify(await execute(context))).not.toContain(apiKey);
	}
});

it('hands webhooks of the provider to a function that never throws', async () => {
	const { webhook, responses } = fakeWebhook({ rawBody: 'rubbish' });
	expect(await node.webhook.call(webhook as IWebhookFunctions)).toEqual({
		noWebhookResponse: true,
	});
	expect(responses).toMatchObject([{ status: 400 }]);
});

it('shows operation and resource on the canvas, whatever their names', () => {
	const { subtitle = '' } = node.description;
	const [, code = ''] = /^=\{\{(.*)\}\}$/.exec(subtitle) ?? [];
	const shown = (operation: string, resource: string) =>
		String(new Function('$parameter', `return ${code}`)({ operation, resource }));
	const lowerCase = (name: string) => name.toLowerCase();
	for (const resource of resources) {
		for (const operation of operations.values()) {
			expect(lowerCase(shown(operation.value, resource.value))).toBe(
				lowerCase(`${operation.name}: ${resource.name}`),
			);
		}
	}
	expect(shown('getAll', 'videoEdit')).toBe('get many: video edit');
});
