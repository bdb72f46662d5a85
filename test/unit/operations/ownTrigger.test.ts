import { assertNoLoop } from '../../../nodes/HappyHorse/operations/ownTrigger';
import type { Scene } from '../support/fakeExecution';
import { fakeExecution } from '../support/fakeExecution';
import { refusalOf } from '../support/refusal';

const OWN = 'https://n8n.example.com/webhook/happy-horse-wf';

const trigger = { name: 'Finished', type: 'n8n-nodes-happy-horse.happyHorseTrigger' };

const started = (isExecuted: unknown) => ({ '{{ $("Finished").isExecuted }}': isExecuted });

const check = (webhookUrl: string, scene: Scene) => () =>
	assertNoLoop(fakeExecution(scene).context, webhookUrl);

it.each([OWN, `${OWN}?ref=1`, 'https://n8n.example.com/base/webhook/happy-horse-wf'])(
	'rejects %s in an execution that the trigger at this URL has started',
	(url) => {
		const scene = { before: [trigger], expressions: started(true) };
		const refusal = refusalOf(check(url, scene));
		expect(refusal.message).toContain('each video would pay for the next');
		expect(refusal.advice).toContain("'Do Nothing'");
		expect(refusal.advice).toContain('Nothing was created or charged');
	},
);

it.each<[string, string, Scene]>([
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
])('lets it pass when %s', (_, url, scene) => {
	expect(check(url, scene)).not.toThrow();
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
	const scene = { before: [trigger], expressions: started(true), workflowId: 'a b' };
	expect(check('https://n8n.example.com/webhook/happy-horse-a%20b', scene)).toThrow();
});
