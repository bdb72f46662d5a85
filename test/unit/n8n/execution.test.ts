import {
	isRetry,
	lineageOf,
	resumeTokenOf,
	runIndexOf,
} from '../../../nodes/HappyHorse/n8n/execution';
import type { Setup } from '../support/fakeExecution';
import { fakeExecution } from '../support/fakeExecution';

const on = (setup: Setup) => fakeExecution(setup).context;

const NEW = 'https://n8n.example.com/webhook-waiting/7?signature=abc';
const OLD = 'https://n8n.example.com/webhook-waiting/7';

it.each([
	[NEW, '?signature=abc'],
	[OLD, ''],
	['no URL', ''],
])('the token of %s is %p', (resumeUrl, token) => {
	expect(resumeTokenOf(on({ resumeUrl }))).toBe(token);
});

it('knows the run of the node as a number', () => {
	expect(runIndexOf(on({ runIndex: 3 }))).toBe(3);
});

it.each([
	['retry', true],
	['trigger', false],
	['manual', false],
])('an execution in mode %s is a retry by the user: %p', (mode, wanted) => {
	expect(isRetry(on({ mode }))).toBe(wanted);
});

describe('the lineage', () => {
	it('is the token where there is one, since a retry has an ID of its own', () => {
		const nodeContext = {};
		expect(lineageOf(on({ resumeUrl: NEW, executionId: '7', nodeContext }))).toBe('?signature=abc');
		expect(lineageOf(on({ resumeUrl: NEW, executionId: '8' }))).toBe('?signature=abc');
		expect(nodeContext).toEqual({});
	});

	it('is the first execution where there is none, in all its retries', () => {
		const nodeContext = {};
		const first = lineageOf(on({ resumeUrl: OLD, executionId: '7', nodeContext }));
		const second = structuredClone(nodeContext);
		expect(lineageOf(on({ resumeUrl: OLD, executionId: '8', nodeContext: second }))).toBe(first);
		expect(lineageOf(on({ resumeUrl: OLD, executionId: '9', nodeContext: second }))).toBe(first);
	});

	it('is another one for another execution', () => {
		const of = (executionId: string) => lineageOf(on({ resumeUrl: OLD, executionId }));
		expect(of('7')).not.toBe(of('8'));
		expect(of('7')).toBe(of('7'));
	});
});
