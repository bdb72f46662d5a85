import { providerFrom } from '../../../nodes/HappyHorse/http/provider';
import { requestPoll } from '../../../nodes/HappyHorse/n8n/ownExecution';
import { START } from '../support/fakeClock';
import type { FakeRequest } from '../support/fakeExecution';
import { fakeExecution, ownKey } from '../support/fakeExecution';
import { FakeVendor, json } from '../support/fakeVendor';
import { bodyOf, down, nextExecution, receive, suspensionFor } from '../support/fakeWebhook';
import { videoAt } from '../support/scriptedApi';
import { VirtualClock } from '../support/virtualClock';

// Files go by the time of the machine.
beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(START));
afterEach(() => jest.restoreAllMocks());

/** Which wait it is: node, run and end. */
const WAIT = `n1 0 ${START + 30 * 60_000}`;

const STILL_WAITING = { noWebhookResponse: true };

const names = (requests: FakeRequest[]) => requests.map(({ url }) => url.split('/').pop());

/** The headers of the request that a process sends after it has suspended an execution. */
async function headersOfPoll({ executionId = '1', wait = WAIT, apiKey = ownKey() }) {
	const { context, requests } = fakeExecution({ executionId, respond: () => json(200, {}) });
	await requestPoll(context, {
		url: 'https://n8n.example.com/webhook-waiting/1/happy-horse',
		until: START + 60_000,
		clock: new VirtualClock(),
		key: providerFrom({ provider: 'magnific', apiKey }).signingKey,
		wait,
	});
	return { ...requests[0]!.headers };
}

/** A waiting execution whose tasks have these statuses at the provider, and the request for a look at them. */
async function looked(...statuses: string[]) {
	const vendor = new FakeVendor();
	for (const [item, status] of statuses.entries()) {
		const endpoint = 'image-to-video/happy-horse-1';
		vendor.tasks.set(`task-${item}`, { endpoint, status, request: {} });
	}
	const executionId = nextExecution();
	const setup = {
		executionId,
		suspension: suspensionFor(statuses.length),
		respond: (request: FakeRequest) => vendor.respond(request),
		stillWaiting: () => ({ statusCode: 200, body: { wait: WAIT } }),
	};
	return { vendor, setup, look: { ...setup, headers: await headersOfPoll({ executionId }) } };
}

it('continues without a webhook when all videos are finished', async () => {
	const { look } = await looked('COMPLETED', 'FAILED', 'COMPLETED');
	const { outcome, response, clock } = await receive(look);
	expect(response?.status).toBe(200);
	expect(outcome.workflowData?.[0]).toMatchObject([
		{ json: { task_id: 'task-0', video_url: videoAt('task-0'), timed_out: false } },
		{ json: { task_id: 'task-1', status: 'FAILED' } },
		{ json: { task_id: 'task-2', video_url: videoAt('task-2') } },
	]);
	expect(outcome.workflowData?.[0]?.[0]?.json).not.toHaveProperty('webhook_warning');
	expect(clock.now()).toBeLessThan(START + 5000);
});

it('costs one list and keeps nothing open while all are unfinished', async () => {
	const { look } = await looked('IN_PROGRESS', 'CREATED');
	const { outcome, responses, requests, clock } = await receive(look);
	expect([outcome, names(requests), clock.now()]).toEqual([
		STILL_WAITING,
		['happy-horse-1'],
		START,
	]);
	expect(responses).toEqual([{ status: 200, body: { message: 'Still waiting' } }]);
});

it('leaves what was final before the suspension to the first webhook', async () => {
	const { look, setup } = await looked('COMPLETED', 'IN_PROGRESS');
	const suspension = suspensionFor(2, { finalBefore: ['task-0'] });
	const { outcome, requests } = await receive({ ...look, suspension });
	expect([outcome, names(requests)]).toEqual([STILL_WAITING, ['happy-horse-1']]);
	const next = await receive({ ...setup, suspension, rawBody: bodyOf('task-0') });
	expect(next.outcome.workflowData?.[0]).toHaveLength(2);
});

it('stays open for the others when some have ended, as a webhook does', async () => {
	const { look, vendor } = await looked('COMPLETED', 'IN_PROGRESS');
	const clock = new VirtualClock();
	const running = receive(look, clock);
	await clock.until(START + 60_000);
	vendor.finishAll();
	const { outcome, responses } = await running;
	expect(outcome.workflowData?.[0]?.every(({ json: { video_url } }) => video_url)).toBe(true);
	expect(responses).toHaveLength(1);
});

it('reads alone what the list leaves out', async () => {
	const { look, vendor } = await looked('COMPLETED', 'COMPLETED');
	vendor.intervene = ({ url }) => (url.endsWith('/happy-horse-1') ? json(404, {}) : undefined);
	const { outcome, requests } = await receive(look);
	expect(outcome.workflowData?.[0]).toHaveLength(2);
	expect(names(requests)).toEqual(['happy-horse-1', 'task-0', 'task-1']);
});

it('is to be requested again when the API cannot tell', async () => {
	const { look } = await looked('COMPLETED');
	const { outcome, response } = await receive({ ...look, respond: down });
	expect([outcome, response?.status]).toEqual([STILL_WAITING, 503]);
	expect((await receive(look)).outcome.workflowData).toBeDefined();
});

it('checks that the execution still waits when the look took long', async () => {
	const { look, vendor } = await looked('COMPLETED');
	const clock = new VirtualClock();
	const respond = async (request: FakeRequest) => {
		await clock.pause(request.url.endsWith('/happy-horse-1') ? 4500 : 1000);
		return vendor.respond(request);
	};
	const stillWaiting = () => ({ statusCode: 200, body: { wait: 'another' } });
	const { outcome } = await receive({ ...look, respond, stillWaiting }, clock);
	expect(outcome).toEqual(STILL_WAITING);
});

describe('sends nothing', () => {
	it.each<[string, Parameters<typeof headersOfPoll>[0]]>([
		['another execution', { executionId: 'e0' }],
		['another round or node', { wait: WAIT.replace(' 0 ', ' 1 ') }],
		['another credential', { apiKey: 'FPSX-other' }],
	])('for the request of %s', async (_, changes) => {
		const { look, setup } = await looked('COMPLETED');
		const headers = await headersOfPoll({ executionId: setup.executionId, ...changes });
		const { outcome, response, requests } = await receive({ ...look, headers });
		expect([outcome, response?.status, requests]).toEqual([STILL_WAITING, 401, []]);
	});

	it.each(['poll ', 'poll x', `poll ${'x'.repeat(43)}`])('for %j', async (word) => {
		const { look } = await looked('COMPLETED');
		const headers = { 'x-happy-horse-check': word };
		const { outcome, response, requests } = await receive({ ...look, headers });
		expect([outcome, response?.status, requests]).toEqual([STILL_WAITING, 401, []]);
	});

	it('when the node waits for no task', async () => {
		const { look } = await looked('COMPLETED');
		const { outcome, response, requests } = await receive({ ...look, suspension: undefined });
		expect([outcome, response?.status, requests]).toEqual([STILL_WAITING, 200, []]);
	});

	it('while a webhook finds out, and after it has', async () => {
		const { look, setup, vendor } = await looked('COMPLETED', 'IN_PROGRESS');
		const clock = new VirtualClock();
		const running = receive({ ...setup, rawBody: bodyOf('task-0') }, clock);
		await clock.until(START + 10_000);
		const during = await receive(look, clock);
		vendor.finishAll();
		expect((await running).outcome.workflowData).toHaveLength(1);
		const afterwards = await receive(look, clock);
		for (const { outcome, requests, response } of [during, afterwards]) {
			expect([outcome, requests, response?.status]).toEqual([STILL_WAITING, [], 200]);
		}
	});
});

it('continues once, however often it is requested', async () => {
	const { look } = await looked('COMPLETED', 'COMPLETED');
	const clock = new VirtualClock();
	const both = await Promise.all([receive(look, clock), receive(look, clock)]);
	expect(both.flatMap(({ outcome }) => outcome.workflowData ?? [])).toHaveLength(1);
});
