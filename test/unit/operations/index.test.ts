import {
	operationFields,
	operationOptions,
	operations,
} from '../../../nodes/HappyHorse/operations';

it('lists the operations that saved workflows name, in the order of their labels', () => {
	expect([...operations.keys()]).toEqual([
		'create',
		'createAndWait',
		'download',
		'get',
		'getAll',
		'wait',
	]);
	const names = operationOptions.map(({ name }) => name);
	expect(names).toEqual([...names].sort());
});

it('has for each operation the fields that saved workflows name', () => {
	const fieldsFor = (operation: string) =>
		operationFields
			.filter(({ displayOptions }) => displayOptions?.show?.operation?.includes(operation))
			.map(({ name }) => name);
	const image = [
		'imageSource',
		'imageUrl',
		'binaryPropertyName',
		'prompt',
		'resolution',
		'duration',
	];
	const video = ['downloadVideo', 'outputBinaryPropertyName'];
	expect(fieldsFor('create')).toEqual(
		expect.arrayContaining(['model', ...image, 'callback', 'webhookUrl', 'options']),
	);
	expect(fieldsFor('createAndWait')).toEqual(
		expect.arrayContaining(['model', ...image, 'waitUsing', 'maxWait', ...video, 'options']),
	);
	expect(fieldsFor('wait')).toEqual(
		expect.arrayContaining(['model', 'taskId', 'maxWait', ...video, 'options']),
	);
	expect(fieldsFor('get')).toEqual(expect.arrayContaining(['model', 'taskId', ...video]));
	expect(fieldsFor('download')).toEqual(
		expect.arrayContaining(['model', 'taskId', 'outputBinaryPropertyName']),
	);
	expect(fieldsFor('getAll')).toEqual(
		expect.arrayContaining(['model', 'returnAll', 'limit', 'filters', 'includeVideoUrl']),
	);
});
