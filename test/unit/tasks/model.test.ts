import { taskPath, tasksPath } from '../../../nodes/HappyHorse/tasks/model';

it('puts the model into the path and nowhere else', () => {
	expect(tasksPath('happy-horse-1')).toBe('/v1/ai/image-to-video/happy-horse-1');
	expect(tasksPath('happy-horse-1-1')).toBe('/v1/ai/image-to-video/happy-horse-1-1');
});

it.each([
	['a/b', 'a%2Fb'],
	['a?b#c', 'a%3Fb%23c'],
	['a b', 'a%20b'],
	['%2e', '%252e'],
])('encodes the ID %s', (id, encoded) => {
	expect(taskPath('happy-horse-1', id)).toBe(`/v1/ai/image-to-video/happy-horse-1/${encoded}`);
});
