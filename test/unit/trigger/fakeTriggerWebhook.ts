import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { receive } from '../../../nodes/HappyHorse/trigger/receive';
import { headersOf, SECRET } from '../signature/signing';
import type { FakeRequest } from '../support/fakeExecution';
import { API_KEY } from '../support/fakeExecution';
import { FakeVendor } from '../support/fakeVendor';
import type { WebhookSetup } from '../support/fakeWebhook';
import { fakeWebhook } from '../support/fakeWebhook';
import { VirtualClock } from '../support/virtualClock';

/** A word that only bodies hold, to be looked for where no body belongs. */
export const BODY_MARK = 'words-of-the-body';

export const SIGNING = { provider: 'magnific', apiKey: API_KEY, webhookSecret: SECRET };

export const UNSIGNED = { provider: 'magnific', apiKey: API_KEY };

let setups = 0;

/** What is shared within the process (outcomes by workflow, requests by minute) must not reach other tests. */
export function place() {
	setups++;
	const clock = new VirtualClock();
	clock.time += setups * 3_600_000;
	return { workflow: `wf${setups}`, taskId: `task-of-setup-${setups}`, clock };
}

export interface TriggerSetup extends WebhookSetup {
	workflow: string;
	clock: VirtualClock;
	credential: IDataObject;
	events?: unknown;
	headers?: Record<string, unknown>;
	query?: unknown;
}

/** The part of n8n that a webhook at the trigger's URL sees. */
export function fakeTriggerWebhook(setup: TriggerSetup) {
	const fake = fakeWebhook(setup);
	const { events = ['COMPLETED', 'FAILED'], headers = {}, query = {}, workflow } = setup;
	const bendableWebhook = Object.assign(fake.bendableWebhook, {
		getNodeParameter: (name: string, fallback: unknown) => (name === 'events' ? events : fallback),
		getHeaderData: () => headers,
		getQueryData: () => query,
		getWorkflow: () => ({ id: workflow, name: 'Videos', active: true }),
	});
	return { ...fake, bendableWebhook };
}

/** One webhook, and what came of it. */
export async function sendWebhook(setup: TriggerSetup) {
	const fake = fakeTriggerWebhook(setup);
	const outcome: IWebhookResponseData = await receive(
		fake.bendableWebhook as unknown as IWebhookFunctions,
		setup.clock,
	);
	const [item] = outcome.workflowData?.[0] ?? [];
	return { ...fake, outcome, response: fake.responses[0], started: item?.json };
}

export function bodyFor(taskId: string, status = 'COMPLETED'): Buffer {
	const generated = status === 'COMPLETED' ? ['https://cdn.example.com/from-the-body.mp4'] : [];
	return Buffer.from(JSON.stringify({ task_id: taskId, status, generated, note: BODY_MARK }));
}

/** A body with the headers of an honest sender at this moment. */
export function signed(
	body: Buffer,
	clock: VirtualClock,
	{ id = 'msg_1', key = SECRET as string | Buffer } = {},
) {
	const timestamp = String(Math.floor(clock.now() / 1000));
	return { rawBody: body, headers: headersOf(key, { id, timestamp, body }) };
}

/** A provider that has one task. */
export function vendorWith(taskId: string, status: string) {
	const vendor = new FakeVendor();
	vendor.tasks.set(taskId, { endpoint: 'image-to-video/happy-horse-1', status, request: {} });
	return { vendor, respond: (request: FakeRequest) => vendor.respond(request) };
}
