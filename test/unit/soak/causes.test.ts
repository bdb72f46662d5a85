import { causeOf, countCauses } from '../../soak/causes';
import type { Output } from '../../soak/outputs';

const task = {
	taskId: '1a',
	prompt: 'a',
	webhookUrl: 'http://127.0.0.1:5678/webhook-waiting/7/happy-horse?signature=1',
};

const output = (changes: Partial<Output>): Output => ({
	executionId: '7',
	name: 'a',
	taskId: '1a',
	finished: false,
	timedOut: false,
	error: undefined,
	...changes,
});

describe('causeOf', () => {
	it.each<[cause: string, outputs: Output[]]>([
		['timedOut', [output({ timedOut: true })]],
		['noFile', [output({})]],
		['doubt', [output({ taskId: undefined, error: 'An earlier try may have created its video' })]],
		['never', [output({ taskId: undefined, error: 'Not found' })]],
		['never', [output({ name: 'b', taskId: '1b' })]],
		['timedOut', [output({ taskId: undefined, error: 'down' }), output({ timedOut: true })]],
	])('is %s by the last output of the item', (cause, outputs) => {
		expect(causeOf(task, outputs)).toBe(cause);
	});

	it('is the trigger by the path of the webhook, although the item came out of Create', () => {
		const webhookUrl = 'http://127.0.0.1:5678/webhook/happy-horse-abc?note=1';
		expect(causeOf({ ...task, webhookUrl }, [output({})])).toBe('trigger');
	});
});

it('counts causes', () => {
	expect(countCauses(['doubt', 'trigger', 'doubt'])).toEqual({ doubt: 2, trigger: 1 });
});
