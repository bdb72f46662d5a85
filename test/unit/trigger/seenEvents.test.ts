import { SeenEvents } from '../../../nodes/HappyHorse/trigger/seenEvents';

const task = (status: string, task_id = 'a') => ({ task_id, status });

function after(...statuses: string[]): SeenEvents {
	const outcomes = new SeenEvents();
	for (const status of statuses) outcomes.add('here', task(status));
	return outcomes;
}

it.each<[string, string[], string, boolean]>([
	['anything is new at first', [], 'COMPLETED', true],
	['W50: the same status', ['COMPLETED'], 'COMPLETED', false],
	['W50: the same failure', ['FAILED'], 'FAILED', false],
	['W50: the same news', ['IN_PROGRESS'], 'IN_PROGRESS', false],
	['one status after the other', ['CREATED'], 'IN_PROGRESS', true],
	['the end', ['CREATED', 'IN_PROGRESS'], 'COMPLETED', true],
	['out of order, before the end', ['IN_PROGRESS'], 'CREATED', true],
	['W52: IN_PROGRESS after COMPLETED', ['COMPLETED'], 'IN_PROGRESS', false],
	['W52: IN_PROGRESS after FAILED', ['FAILED'], 'IN_PROGRESS', false],
	['W52: CREATED after COMPLETED', ['COMPLETED'], 'CREATED', false],
	['R5: FAILED after COMPLETED', ['COMPLETED'], 'FAILED', false],
	['R5: COMPLETED after FAILED', ['FAILED'], 'COMPLETED', false],
])('%s', (_, before, status, wanted) => {
	expect(after(...before).isNew('here', task(status))).toBe(wanted);
});

it('a check changes nothing', () => {
	const outcomes = new SeenEvents();
	expect(outcomes.isNew('here', task('COMPLETED'))).toBe(true);
	expect(outcomes.isNew('here', task('COMPLETED'))).toBe(true);
});

it('tells tasks and places apart', () => {
	const outcomes = after('COMPLETED');
	expect(outcomes.isNew('here', task('COMPLETED', 'b'))).toBe(true);
	expect(outcomes.isNew('there', task('COMPLETED'))).toBe(true);
	expect(outcomes.isNew('here', task('COMPLETED'))).toBe(false);
});

it.each(['__proto__', 'constructor', 'toString'])('a task may have the name %s', (id) => {
	const outcomes = new SeenEvents();
	expect(outcomes.isNew('here', task('COMPLETED', id))).toBe(true);
	outcomes.add('here', task('COMPLETED', id));
	expect(outcomes.isNew('here', task('COMPLETED', id))).toBe(false);
});

it('remembers the last 10,000 and forgets what is older', () => {
	const outcomes = new SeenEvents();
	for (let count = 0; count < 10_500; count++) outcomes.add('here', task('COMPLETED', `t${count}`));
	const known = Array.from({ length: 10_500 }, (_, count) => `t${count}`).filter(
		(id) => !outcomes.isNew('here', task('COMPLETED', id)),
	);
	expect(known).toHaveLength(10_000);
	expect([known[0], known.at(-1)]).toEqual(['t500', 't10499']);
});
