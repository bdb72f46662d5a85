import { operations, properties } from '../../../nodes/HappyHorse/operations';
import { resources } from '../../../nodes/HappyHorse/resources';

it('lists the operations that saved workflows name, in the order of their labels', () => {
	expect([...operations.keys()]).toEqual([
		'create',
		'createAndWait',
		'download',
		'get',
		'getAll',
		'wait',
	]);
	const names = [...operations.values()].map(({ name }) => name);
	expect(names).toEqual([...names].sort());
});

/** The fields that users see one below the other, each once. */
const fieldsFor = (resource: string, operation: string) => [
	...new Set(
		properties
			.filter(({ displayOptions }) => displayOptions?.show?.operation?.includes(operation))
			.filter(({ displayOptions }) => displayOptions?.show?.resource?.includes(resource))
			.map(({ name }) => name),
	),
];

const image = ['imageSource', 'imageUrl', 'binaryPropertyName'];
const images = ['imageSource', 'imageUrls', 'binaryPropertyNames'];
const video = ['videoSource', 'videoUrl', 'videoBinaryPropertyName'];
const output = ['downloadVideo', 'outputBinaryPropertyName'];

/** The fields of a request, as saved workflows name them, in the order in which users see them. */
const REQUESTS: Record<string, string[]> = {
	imageToVideo: ['model', ...image, 'prompt', 'resolution', 'duration'],
	referenceToVideo: ['model', ...images, 'prompt', 'aspectRatio', 'resolution', 'duration'],
	textToVideo: ['model', 'prompt', 'aspectRatio', 'resolution', 'duration'],
	videoEdit: [...video, ...images, 'prompt', 'resolution', 'audioSetting'],
};

it('has these resources', () => {
	expect(resources.map(({ value }) => value)).toEqual(Object.keys(REQUESTS));
	const names = resources.map(({ name }) => name);
	expect(names).toEqual([...names].sort());
});

describe.each(Object.entries(REQUESTS))('%s has the fields of', (resource, request) => {
	const model = request.filter((name) => name === 'model');

	it.each([
		['create', [...request, 'callback', 'webhookUrl', 'options']],
		['createAndWait', [...request, 'waitUsing', 'maxWait', ...output, 'options']],
		['wait', [...model, 'taskId', 'maxWait', ...output, 'options']],
		['get', [...model, 'taskId', ...output, 'options']],
		['download', [...model, 'taskId', 'outputBinaryPropertyName', 'options']],
		['getAll', [...model, 'returnAll', 'limit', 'includeVideoUrl', 'filters']],
	])('%s, in this order', (operation, wanted) => {
		expect(fieldsFor(resource, operation)).toEqual(wanted);
	});

	it('and an action of its own for each operation', () => {
		const [property] = properties.filter(
			({ name, displayOptions }) =>
				name === 'operation' && displayOptions?.show?.resource?.includes(resource),
		);
		const actions = property?.options?.map((option) => 'action' in option && option.action);
		expect(new Set(actions).size).toBe(operations.size);
	});
});

it('no two resources share an action', () => {
	const actions = properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options }) => options?.map((option) => 'action' in option && option.action));
	expect(new Set(actions).size).toBe(operations.size * resources.length);
});
