import type { INodeProperties } from 'n8n-workflow';

import type * as resourceList from '../../../nodes/HappyHorse/resources';
import type { Resource } from '../../../nodes/HappyHorse/resources/resource';
import { createParameters, fakeExecution, ownTime, settle } from '../support/fakeExecution';
import { FakeVendor } from '../support/fakeVendor';

/** Everything that a fifth kind of video takes: its data, and its entry in the list. */
jest.mock('../../../nodes/HappyHorse/resources', () => {
	const actual = jest.requireActual<typeof resourceList>('../../../nodes/HappyHorse/resources');
	const { imageToVideo } = jest.requireActual<Record<string, Resource>>(
		'../../../nodes/HappyHorse/resources/imageToVideo',
	);
	const { severalImages } = jest.requireActual<Record<string, (spec: object) => object>>(
		'../../../nodes/HappyHorse/fields/mediaKinds',
	);
	const faces = severalImages!({
		apiName: 'faces',
		count: { min: 1, max: 2 },
		limits: { kind: 'image', types: ['png'], maxMegabytes: 1 },
		mention: { prefix: 'face', isExpected: false },
		toRequest: (urls: string[]) => ({ list: urls }),
	});
	const fifth = {
		...imageToVideo,
		...{ value: 'avatar', name: 'Avatar', action: 'from avatar', mode: 'avatar' },
		media: [faces],
		shapeFrom: 'faces',
		options: [],
	};
	const resources = [...actual.resources, fifth];
	const endpoints = [...actual.endpoints, 'avatar/happy-horse-1', 'avatar/happy-horse-1-1'];
	return { resources, endpoints };
});

import { HappyHorse } from '../../../nodes/HappyHorse/HappyHorse.node';
import { resources } from '../../../nodes/HappyHorse/resources';
import { confirm } from '../../../nodes/HappyHorse/trigger/confirm';
import { FakeClock } from '../support/fakeClock';
import { notFound, scriptedApi } from '../support/scriptedApi';

beforeEach(ownTime);
afterEach(() => jest.useRealTimers());

const node = new HappyHorse();

function setup(operation: string, more: object = {}) {
	const vendor = new FakeVendor();
	const parameters = {
		...{ ...createParameters, resource: 'avatar', operation, waitUsing: 'polling' },
		...{ imageUrls: 'https://images.example.com/a.png', taskId: 'task-0', ...more },
	};
	return {
		...fakeExecution({ parameters, respond: (request) => vendor.respond(request) }),
		vendor,
	};
}

it('is in the list', () => {
	expect(resources.map(({ value }) => value)).toContain('avatar');
});

it('can be chosen, with all six operations and its own fields', () => {
	const shown = ({ displayOptions }: INodeProperties) =>
		displayOptions?.show?.resource?.includes('avatar');
	const fields = node.description.properties.filter(shown);
	const operations = fields.find(({ name }) => name === 'operation');
	expect(operations?.options).toHaveLength(6);
	expect(fields.map(({ name }) => name)).toEqual(
		expect.arrayContaining(['imageUrls', 'prompt', 'duration', 'taskId', 'returnAll', 'options']),
	);
	expect(fields.map(({ name }) => name)).not.toContain('imageUrl');
});

it('is created, waited for and shown', async () => {
	const { context, posts, vendor } = setup('createAndWait');
	vendor.onRead = () => vendor.finishAll();
	const [items] = await settle(node.execute.call(context));
	expect(posts().map(({ url, body }) => [new URL(url).pathname, body])).toEqual([
		[
			'/v1/ai/avatar/happy-horse-1',
			{
				faces: { list: ['https://images.example.com/a.png'] },
				...{ prompt: 'a horse', resolution: '1080P', duration: 5 },
			},
		],
	]);
	expect(items?.[0]?.json).toMatchObject({ mode: 'avatar', status: 'COMPLETED' });
});

it('is shown by a dry run', async () => {
	const { context, toApi } = setup('create', { options: { dryRun: true } });
	const [items] = await settle(node.execute.call(context));
	expect(items?.[0]?.json).toMatchObject({ dry_run: true, mode: 'avatar', aspect_ratio: '4:3' });
	expect(toApi()).toEqual([]);
});

it('is found for a webhook without a note', async () => {
	const { api } = scriptedApi(({ path }) => {
		if (!path.includes('/avatar/happy-horse-1-1/')) throw notFound();
		return { data: { task_id: 't0', status: 'FAILED', generated: [] } };
	});
	const task = { task_id: 't0', status: 'FAILED', generated: [], extra: {} };
	const timing = { clock: new FakeClock(), random: () => 1 };
	expect(await confirm(api, { task, endpoint: undefined }, timing)).toMatchObject({
		endpoint: 'avatar/happy-horse-1-1',
	});
});
