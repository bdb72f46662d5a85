import { waitUsing } from '../../../nodes/HappyHorse/fields/waiting';
import type { WaitingFacts } from '../../../nodes/HappyHorse/waiting/suspendOrPoll';
import { chooseWaiting } from '../../../nodes/HappyHorse/waiting/suspendOrPoll';
import { validationErrorOf } from '../support/validationErrorOf';

const PUBLIC_N8N = 'https://n8n.example.com/webhook-waiting/1?signature=a';
const LOCAL_N8N = 'http://localhost:5678/webhook-waiting/1?signature=a';

const facts = (changes: Partial<WaitingFacts>): WaitingFacts => ({
	waitUsing: 'auto',
	resumeUrl: PUBLIC_N8N,
	providerHost: 'api.magnific.com',
	isTool: false,
	losesVideos: false,
	...changes,
});

it.each<[string, Partial<WaitingFacts>, string]>([
	['a public n8n gets webhooks', {}, 'webhook'],
	['a local n8n polls a public provider', { resumeUrl: LOCAL_N8N }, 'polling'],
	[
		'a local n8n gets webhooks of the sandbox',
		{ resumeUrl: LOCAL_N8N, providerHost: '127.0.0.1' },
		'webhook',
	],
	['a public n8n gets webhooks of the sandbox', { providerHost: 'localhost' }, 'webhook'],
	['IPv6 loopback is local', { resumeUrl: 'http://[::1]:5678/w/1' }, 'polling'],
	['a private IP address is local', { resumeUrl: 'http://192.168.0.9:5678/w/1' }, 'polling'],
	['a container name is local', { resumeUrl: 'http://n8n:5678/w/1' }, 'polling'],
	['polling is polling', { waitUsing: 'polling' }, 'polling'],
	['webhook where it works', { waitUsing: 'webhook' }, 'webhook'],
	['a sub-workflow that would lose videos polls by itself', { losesVideos: true }, 'polling'],
	[
		'and gets webhooks where that is wanted',
		{ losesVideos: true, waitUsing: 'webhook' },
		'webhook',
	],
	['a tool always polls', { isTool: true }, 'polling'],
	['a tool polls even when told otherwise', { isTool: true, waitUsing: 'webhook' }, 'polling'],
])('%s', (_, changes, wanted) => {
	expect(chooseWaiting(facts(changes))).toBe(wanted);
});

it('the field offers what saved workflows name', () => {
	const [field] = waitUsing.properties;
	const offered = field?.options?.map((option) => 'value' in option && option.value);
	expect(offered).toEqual(['auto', 'polling', 'webhook']);
});

it('rejects a webhook that the provider cannot send, and says which host', () => {
	const { message, hint } = validationErrorOf(() =>
		chooseWaiting(facts({ waitUsing: 'webhook', resumeUrl: LOCAL_N8N })),
	);
	expect(message).toContain('cannot reach this n8n at localhost');
	expect(message).not.toContain('signature');
	expect(hint).toContain('Polling');
});
