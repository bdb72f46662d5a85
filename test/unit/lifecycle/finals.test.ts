import { Finals } from '../../../nodes/HappyHorse/lifecycle/finals';
import type { Task } from '../../../nodes/HappyHorse/lifecycle/task';
import { unseenTask } from '../../../nodes/HappyHorse/lifecycle/task';

const HOUR = 3_600_000;

const task = (id: string): Task => ({ ...unseenTask(id), status: 'COMPLETED' });

const idsOf = (finals: Finals, key: string) => [...finals.of(key).keys()];

it('knows nothing of an execution that it has not seen', () => {
	expect(idsOf(new Finals(), '1.0')).toEqual([]);
});

it('collects the tasks of each execution for itself', () => {
	const finals = new Finals();
	finals.add('1.0', { tasks: [task('a')], now: 0 });
	finals.add('1.0', { tasks: [task('b')], now: 1 });
	finals.add('2.0', { tasks: [task('c')], now: 2 });
	expect([idsOf(finals, '1.0'), idsOf(finals, '2.0')]).toEqual([['a', 'b'], ['c']]);
});

it('lets go of an execution that goes on, and of one that is older than any wait', () => {
	const finals = new Finals();
	finals.add('1.0', { tasks: [task('a')], now: 0 });
	finals.add('2.0', { tasks: [task('b')], now: 0 });
	finals.forget('1.0');
	finals.add('3.0', { tasks: [], now: 25 * HOUR });
	expect([idsOf(finals, '1.0'), idsOf(finals, '2.0')]).toEqual([[], ['b']]);
	finals.add('3.0', { tasks: [], now: 25 * HOUR + 1 });
	expect(idsOf(finals, '2.0')).toEqual([]);
});
