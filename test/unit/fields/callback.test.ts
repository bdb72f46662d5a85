import {
	callbackUrl,
	callbackFields,
	readCallbackUrl,
	isTriggerUrl,
	triggerUrl,
} from '../../../nodes/HappyHorse/fields/callback';
import type { IDataObject } from 'n8n-workflow';

import { createParameters, fakeExecution } from '../support/fakeExecution';
import { validationErrorOf } from '../support/validationErrorOf';

const check = (url: string, { providerHost = 'api.magnific.com', manual = false } = {}) =>
	callbackUrl(url, { label: 'Webhook URL', providerHost, manual });

it.each(['https://n8n.example.com/webhook/x', 'http://n8n.example.com/webhook/x?a=b'])(
	'a public URL is kept as it is: %s',
	(url) => {
		expect(check(url)).toBe(url);
	},
);

it.each(['http://localhost:5678/webhook/x', 'https://10.1.2.3/x', 'https://n8n/webhook/x'])(
	'a public provider cannot reach %s',
	(url) => {
		const { message, hint } = validationErrorOf(() => check(url));
		expect(message).toBe(
			`'Webhook URL' leads to ${new URL(url).hostname}, which the provider cannot reach`,
		);
		expect(hint).toContain('reachable from the internet');
	},
);

it('a user is told how to make this n8n reachable', () => {
	const { hint } = validationErrorOf(() => check('http://localhost:5678/webhook/x'));
	expect(hint).toContain('N8N_WEBHOOK_URL');
});

it('offers the ways that saved workflows name', () => {
	const [field] = callbackFields.flatMap(({ properties }) => properties);
	const offered = field?.options?.map((option) => 'value' in option && option.value);
	expect(offered).toEqual(['url', 'none', 'thisWorkflow']);
});

it('the sandbox can reach this machine', () => {
	const url = 'http://localhost:5678/webhook/x';
	expect(check(url, { providerHost: 'localhost' })).toBe(url);
});

it('a test URL is invalid in a production run, and usable while the user tests', () => {
	const url = 'https://n8n.example.com/webhook-test/x';
	const { message, hint } = validationErrorOf(() => check(url));
	expect(message).toContain('test URL');
	expect(hint).toContain('copy its production URL');
	expect(check(url, { manual: true })).toBe(url);
});

describe('the trigger of the same workflow', () => {
	it.each([
		['http://localhost:5678/webhook-waiting/12?signature=ab', 'http://localhost:5678'],
		['https://n8n.example.com/base/webhook-waiting/12', 'https://n8n.example.com/base'],
	])('is found from %s', (resumeUrl, base) => {
		const url = triggerUrl(resumeUrl, 'wf1');
		expect(url).toBe(`${base}/webhook/happy-horse-wf1`);
		expect(isTriggerUrl(url)).toBe(true);
	});

	it('cannot be found when n8n uses paths of its own', () => {
		const { message, hint } = validationErrorOf(() =>
			triggerUrl('https://n8n.example.com/hold/12', 'wf1'),
		);
		expect(message).toContain("'Status Updates'");
		expect(hint).toContain('production URL');
	});

	it('is told from other URLs', () => {
		expect(isTriggerUrl('https://n8n.example.com/webhook/other')).toBe(false);
		expect(isTriggerUrl('https://n8n.example.com/webhook-test/happy-horse-wf1')).toBe(false);
	});
});

const node = (parameters: IDataObject) =>
	fakeExecution({ parameters: { ...createParameters, ...parameters } }).context;

describe('the callback URL', () => {
	const callback = (parameters: IDataObject) =>
		readCallbackUrl(node(parameters), { item: 0, providerHost: 'api.magnific.com' });

	it('is none by default, whatever the hidden field holds', () => {
		expect(callback({ callback: 'none', webhookUrl: 'rubbish' })).toBeUndefined();
	});

	it('is the URL that the user gave', () => {
		const webhookUrl = 'https://n8n.example.com/webhook/x';
		expect(callback({ callback: 'url', webhookUrl })).toBe(webhookUrl);
	});

	it.each<[IDataObject, string]>([
		[{ callback: 'perhaps' }, "'Status Updates'"],
		[{ callback: 'url', webhookUrl: '' }, "'Webhook URL'"],
		[{ callback: 'url', webhookUrl: 'http://localhost/x' }, "'Webhook URL'"],
		[{ callback: 'url', webhookUrl: 'https://n8n.example.com/webhook-test/x' }, "'Webhook URL'"],
	])('rejects %p', (parameters, label) => {
		expect(validationErrorOf(() => callback(parameters)).message).toContain(label);
	});
});
