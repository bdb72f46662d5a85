import { taskWebhookUrl } from '../../../nodes/HappyHorse/waiting/resumeUrl';

it.each([
	[
		'https://n8n.example.com/webhook-waiting/7?signature=ab%2Bc',
		'https://n8n.example.com/webhook-waiting/7/happy-horse?signature=ab%2Bc&ref=0.3',
	],
	[
		'https://n8n.example.com/webhook-waiting/7',
		'https://n8n.example.com/webhook-waiting/7/happy-horse?ref=0.3',
	],
	[
		'https://example.com/n8n/webhook-waiting/7/?a=1',
		'https://example.com/n8n/webhook-waiting/7/happy-horse?a=1&ref=0.3',
	],
	[
		'https://n8n.example.com/webhook-waiting/7//?a=1',
		'https://n8n.example.com/webhook-waiting/7/happy-horse?a=1&ref=0.3',
	],
])('%s gets our part and keeps its token', (resumeUrl, wanted) => {
	expect(taskWebhookUrl(resumeUrl, '0.3')).toBe(wanted);
});

it('has one question mark, whatever the reference', () => {
	const url = taskWebhookUrl('https://n8n.example.com/w/7?signature=a', 'x?y&signature=b#c');
	expect(url.split('?')).toHaveLength(2);
	expect(new URL(url).searchParams.getAll('signature')).toEqual(['a']);
	expect(new URL(url).searchParams.get('ref')).toBe('x?y&signature=b#c');
});
