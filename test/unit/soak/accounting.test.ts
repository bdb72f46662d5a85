import { accountsOf, toRepeat } from '../../soak/accounting';
import type { Output } from '../../soak/outputs';

const task = (taskId: string, prompt: string) => ({ taskId, prompt, status: 'COMPLETED' });

const output = (changes: Partial<Output>): Output => ({
	executionId: '1',
	name: undefined,
	taskId: undefined,
	finished: false,
	timedOut: false,
	error: undefined,
	...changes,
});

const finished = (taskId: string, name: string, executionId = '1') =>
	output({ taskId, name, executionId, finished: true });

const account = (changes: Partial<Parameters<typeof accountsOf>[0]>) =>
	accountsOf({ names: ['a', 'b'], tasks: [], outputs: [], recovered: [], ...changes });

describe('accountsOf', () => {
	it('finds nothing wrong when each item has one task, and each task came out once', () => {
		const accounts = account({
			tasks: [task('1a', 'a'), task('1b', 'b')],
			outputs: [finished('1a', 'a'), finished('1b', 'b')],
		});
		expect(accounts).toEqual({
			items: 2,
			created: 2,
			notCreated: [],
			paidTwice: [],
			cameOut: 2,
			cameOutAgain: [],
			recoveredByWait: 0,
			lost: [],
			misplaced: [],
			unknown: [],
		});
	});

	it('says that an item with two tasks is paid twice', () => {
		const tasks = [task('1a', 'a'), task('2a', 'a'), task('1b', 'b')];
		expect(account({ tasks }).paidTwice).toEqual([{ name: 'a', tasks: 2 }]);
	});

	it('says that a video is lost that neither an execution nor "Wait" has handed on with its file', () => {
		const tasks = [task('1a', 'a'), task('1b', 'b'), task('1c', 'c')];
		const outputs = [finished('1a', 'a'), output({ taskId: '1b', name: 'b' })];
		const names = ['a', 'b', 'c'];
		const before = account({ names, tasks, outputs });
		expect(before.lost).toEqual([
			{ taskId: '1b', name: 'b' },
			{ taskId: '1c', name: 'c' },
		]);
		const recovered = [finished('1b', 'b'), output({ taskId: '1c', name: 'c' })];
		const after = account({ names, tasks, outputs, recovered });
		expect(after).toMatchObject({ cameOut: 1, recoveredByWait: 1 });
		expect(after.lost).toEqual([{ taskId: '1c', name: 'c' }]);
	});

	it('names the executions that a video came out of, when there are several', () => {
		const outputs = [finished('1a', 'a', '7'), finished('1a', 'a', '9')];
		expect(account({ tasks: [task('1a', 'a')], outputs })).toMatchObject({
			cameOut: 1,
			cameOutAgain: [{ taskId: '1a', name: 'a', executions: ['7', '9'] }],
		});
	});

	it('notices a video next to the item of another; the trigger has no items', () => {
		const tasks = [task('1a', 'a'), task('1b', 'b')];
		const outputs = [finished('1a', 'b'), output({ taskId: '1b', finished: true })];
		expect(account({ tasks, outputs }).misplaced).toEqual([{ taskId: '1a', name: 'a', at: 'b' }]);
	});

	it('tells items without a task from tasks without an item', () => {
		const accounts = account({ tasks: [task('1a', 'a'), task('1z', 'z')] });
		expect(accounts).toMatchObject({ created: 1, notCreated: ['b'], unknown: ['z'] });
	});
});

describe('toRepeat', () => {
	it('repeats what did not come out or was rejected, and neither what has a task nor what is in doubt', () => {
		const items = ['absent', 'rejected', 'doubt', 'earlier', 'timed out', 'finished'];
		const outputs = [
			output({ name: 'rejected', error: 'The API cannot serve requests right now (503)' }),
			output({ name: 'doubt', error: 'The video may have been created and charged' }),
			output({
				name: 'earlier',
				error: 'An earlier try of this item may have created its video',
			}),
			output({ name: 'timed out', taskId: '1t' }),
			finished('1f', 'finished'),
		];
		const repeated = toRepeat(
			items.map((name) => ({ name })),
			outputs,
		);
		expect(repeated.map(({ name }) => name)).toEqual(['absent', 'rejected']);
	});
});
