import { readTaskId, task } from '../../../nodes/HappyHorse/fields/task';
import { fakeExecution } from '../support/fakeExecution';
import { validationErrorOf } from '../support/validationErrorOf';

const ID = '046b6c7f-0b8a-43b9-b35d-6489e6daee91';

it.each([
	[ID, ID],
	[` ${ID}\n`, ID],
	['abc_DEF-123', 'abc_DEF-123'],
	['v1:a.b~c', 'v1:a.b~c'],
	['a'.repeat(128), 'a'.repeat(128)],
])('takes %p', (value, wanted) => {
	expect(task.check(value)).toBe(wanted);
});

it.each([
	[''],
	['  '],
	[null],
	[undefined],
	[5],
	[true],
	[[]],
	[[ID]],
	[{ value: ID }],
	['.'],
	['..'],
	['../loras'],
	[`${ID}/..`],
	[`${ID}?x=1`],
	[`${ID}#x`],
	['%2e%2e'],
	['a b'],
	['a\nb'],
	['ä'],
	['a\0'],
	['a'.repeat(129)],
])('rejects %p', (value) => {
	const { message, hint } = validationErrorOf(() => task.check(value));
	expect(message).toMatch(/^'Task' must be a task ID, (not|but it is) /);
	expect(hint).toContain('task_id');
});

it.each([
	[{ __rl: true, mode: 'list', value: ID }],
	[{ __rl: true, mode: 'id', value: ` ${ID} ` }],
	[ID],
])('is read from %p', (value) => {
	const { context } = fakeExecution({ parameters: { taskId: value } });
	expect(readTaskId(context, 0)).toBe(ID);
});
