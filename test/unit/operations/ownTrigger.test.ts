import {
	assertNoLoop,
	assertPublished,
	isTriggerMissing,
} from '../../../nodes/HappyHorse/operations/ownTrigger';
import type { Setup } from '../support/fakeExecution';
import { fakeExecution } from '../support/fakeExecution';
import { validationErrorOf } from '../support/validationErrorOf';

const OWN = 'https://n8n.example.com/webhook/happy-horse-wf';

const trigger = { name: 'Finished', type: 'n8n-nodes-happy-horse.happyHorseTrigger' };

const started = (isExecuted: unknown) => ({ '{{ $("Finished").isExecuted }}': isExecuted });

const check = (webhookUrl: string, setup: Setup) => () =>
	assertNoLoop(fakeExecution(setup).context, webhookUrl);

it.each([OWN, `${OWN}?ref=1`, 'https://n8n.example.com/base/webhook/happy-horse-wf'])(
	'rejects %s in an execution that the trigger at this URL has started',
	(url) => {
		const setup = { before: [trigger], expressions: started(true) };
		const error = validationErrorOf(check(url, setup));
		expect(error.message).toContain('each video would pay for the next');
		expect(error.hint).toContain("'None'");
		expect(error.hint).toContain('Nothing was created or charged');
	},
);

it.each<[string, string, Setup]>([
	['another workflow', `${OWN}2`, { before: [trigger], expressions: started(true) }],
	[
		'a path that only ends alike',
		'https://n8n.example.com/webhook/x-happy-horse-wf',
		{ before: [trigger], expressions: started(true) },
	],
	['another trigger has started it', OWN, { before: [trigger], expressions: started(false) }],
	['n8n does not say', OWN, { before: [trigger], expressions: started(undefined) }],
	[
		'a webhook node stands before it',
		OWN,
		{ before: [{ name: 'Finished', type: 'n8n-nodes-base.webhook' }], expressions: started(true) },
	],
	['nothing stands before it', OWN, {}],
])('lets it pass when %s', (_, url, setup) => {
	expect(check(url, setup)).not.toThrow();
});

it('finds one trigger among many nodes', () => {
	const before = [
		{ name: 'Set', type: 'n8n-nodes-base.set' },
		{ ...trigger, name: 'Other' },
		trigger,
	];
	const expressions = { '{{ $("Other").isExecuted }}': false, ...started(true) };
	expect(check(OWN, { before, expressions })).toThrow();
});

it('knows a workflow ID that has to be encoded', () => {
	const setup = { before: [trigger], expressions: started(true), workflowId: 'a b' };
	expect(check('https://n8n.example.com/webhook/happy-horse-a%20b', setup)).toThrow();
});

describe('a workflow that is not published', () => {
	const unpublished = (webhookUrl: string, triggerIsMissing = true) => {
		const { context } = fakeExecution({});
		return () => assertPublished(context, { webhookUrl, triggerIsMissing });
	};

	it('is not to be started at its own trigger: n8n would turn the webhook away', () => {
		const error = validationErrorOf(unpublished(OWN));
		expect(error.message).toContain('not published');
		expect(error.hint).toContain('Publish the workflow');
		expect(error.hint).toContain('Nothing was created or charged');
	});

	it('may name the trigger of another one, which cannot be looked up here', () => {
		expect(unpublished(`${OWN}2`)).not.toThrow();
		expect(unpublished('https://elsewhere.example/x')).not.toThrow();
	});

	it('is no reason once it is published', () => {
		expect(unpublished(OWN, false)).not.toThrow();
	});
});

describe('whether the trigger listens', () => {
	const NOT_THERE = {
		statusCode: 404,
		body: JSON.stringify({
			code: 404,
			message: 'The requested webhook "POST happy-horse-wf" is not registered.',
		}),
	};
	const resumeUrl = 'https://n8n.example.com/webhook-waiting/1?signature=s';

	async function probe(
		{ mode = 'manual', active = false, response = NOT_THERE }: Probe,
		readUrl: (item: number) => string | undefined = () => OWN,
	) {
		const { context, requests, bendable } = fakeExecution({
			...{ mode, resumeUrl },
			respond: () => {
				if (response instanceof Error) throw response;
				return { ...response, body: JSON.parse(response.body) as never };
			},
		});
		bendable.getWorkflow = () => ({ id: 'wf', name: 'Videos', active });
		return { isMissing: await isTriggerMissing(context, readUrl), requests };
	}

	it('gets one request at its own URL, and n8n says that nothing listens there', async () => {
		const { isMissing, requests } = await probe({});
		expect(isMissing).toBe(true);
		expect(requests).toMatchObject([
			{ method: 'POST', url: OWN, disableFollowRedirect: true, credential: undefined },
		]);
	});

	it('is told in other words just after the workflow was unpublished', async () => {
		const message = 'Active version not found for workflow with id "wf"';
		const response = { statusCode: 404, body: JSON.stringify({ code: 404, message }) };
		expect((await probe({ response })).isMissing).toBe(true);
	});

	it.each<[string, Probe]>([
		['it responds', { response: { statusCode: 200, body: '{"message":"Listening"}' } }],
		['a proxy knows no such path', { response: { statusCode: 404, body: '"Not Found"' } }],
		['n8n starts up', { response: { statusCode: 503, body: NOT_THERE.body } }],
		['n8n cannot be reached', { response: new Error('connect ETIMEDOUT') }],
	])('is left open when %s', async (_, changes) => {
		expect((await probe(changes)).isMissing).toBe(false);
	});

	it.each<[string, Probe, number]>([
		['in an active workflow', { mode: 'trigger', active: true }, 0],
		['in a manual run, where none is active for n8n', { mode: 'manual', active: true }, 1],
		['in a retry, where none is active for n8n', { mode: 'retry' }, 1],
		['in a worker, which is not told', { mode: 'trigger', active: undefined as never }, 1],
	])('gets a request only where n8n does not say so by itself: %s', async (_, changes, times) => {
		expect((await probe(changes)).requests).toHaveLength(times);
	});

	it('gets no request when no item names it', async () => {
		const urls = [undefined, `${OWN}2`];
		for (const url of urls) expect((await probe({}, () => url)).requests).toEqual([]);
		const wrong = () => {
			throw new Error('not a URL');
		};
		expect((await probe({}, wrong)).requests).toEqual([]);
	});
});

interface Probe {
	mode?: string;
	active?: boolean;
	response?: { statusCode: number; body: string } | Error;
}
