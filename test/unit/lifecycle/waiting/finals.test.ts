import { Finals } from '../../../../nodes/HappyHorse/lifecycle/waiting/finals';
import type { Task } from '../../../../nodes/HappyHorse/lifecycle/task';
import { unseenTask } from '../../../../nodes/HappyHorse/lifecycle/task';

const HOUR = 3_600_000;

const task = (id: string): Task => ({ ...unseenTask(id), status: 'COMPLETED' });

const idsOf = (finals: Finals, key: string, now = 0) => [...finals.of(key, now).tasks.keys()];

it('knows nothing of an execution that it has not seen', () => {
	const finals = new Finals();
	expect([idsOf(finals, '1.0'), finals.of('1.0', 0).has('a')]).toEqual([[], false]);
});

it('collects the tasks of each execution for itself', () => {
	const finals = new Finals();
	finals.of('1.0', 0).add(task('a'));
	finals.of('1.0', 1).add(task('b'));
	finals.of('2.0', 2).add(task('c'));
	expect([idsOf(finals, '1.0'), idsOf(finals, '2.0')]).toEqual([['a', 'b'], ['c']]);
	expect(finals.of('1.0', 3).has('a')).toBe(true);
});

it('lets go of an execution that goes on', () => {
	const finals = new Finals();
	finals.of('1.0', 0).add(task('a'));
	finals.forget('1.0');
	expect(idsOf(finals, '1.0')).toEqual([]);
});

it('lets go of an execution that is older than any wait', () => {
	const finals = new Finals();
	finals.of('1.0', 0).add(task('a'));
	expect(idsOf(finals, '1.0', 25 * HOUR)).toEqual(['a']);
	expect(idsOf(finals, '1.0', 25 * HOUR + 1)).toEqual([]);
});
