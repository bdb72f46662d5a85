import {
	isEndpoint,
	modelOf,
	modeOf,
	taskPath,
	tasksPath,
} from '../../../nodes/HappyHorse/tasks/endpoint';

it('is a part of the path', () => {
	expect(tasksPath('image-to-video/happy-horse-1')).toBe('/v1/ai/image-to-video/happy-horse-1');
	expect(tasksPath('image-to-video/happy-horse-1-1')).toBe('/v1/ai/image-to-video/happy-horse-1-1');
});

it.each([
	['a/b', 'a%2Fb'],
	['a?b#c', 'a%3Fb%23c'],
	['a b', 'a%20b'],
	['%2e', '%252e'],
])('encodes the ID %s', (id, encoded) => {
	expect(taskPath('image-to-video/happy-horse-1', id)).toBe(
		`/v1/ai/image-to-video/happy-horse-1/${encoded}`,
	);
});

it('has a mode and a model', () => {
	expect(modeOf('text-to-video/happy-horse-1-1')).toBe('text-to-video');
	expect(modelOf('text-to-video/happy-horse-1-1')).toBe('happy-horse-1-1');
});

it.each(['image-to-video/happy-horse-1', 'video-edit/happy-horse-1', 'a/b'])(
	'is recognised: %s',
	(text) => expect(isEndpoint(text)).toBe(true),
);

it.each([
	[undefined],
	[['image-to-video/happy-horse-1']],
	['happy-horse-1'],
	['image-to-video/'],
	['/happy-horse-1'],
	['../happy-horse-1'],
	['image-to-video/happy-horse-1/x'],
	['image-to-video/happy-horse-1?x'],
	['image to video/happy-horse-1'],
	['image-to-video/happy-horse-1\n'],
])('is not anything else: %j', (value) => expect(isEndpoint(value)).toBe(false));
