import { itemsOf } from '../../sandbox/n8n/execution';
import { errorOutputDetails } from '../n8nFacts';
import {
	escaped,
	fromItem,
	requestItem,
	createFromItem,
	taskFromItem,
} from './support/workflows/itemParameters';
import type { PublishedWorkflow } from './support/testServer/testServer';
import { useTestServer } from './support/testServer/useTestServer';
import { jsonsOf } from './support/assertions/watching';
import type { CredentialReference, OnError } from './support/workflows/workflow';
import { AFTER, HAPPY_HORSE } from './support/workflows/workflow';
import { LOCAL_HOSTS, INVALID_REQUESTS } from './support/faults/invalidRequests';

const testServer = useTestServer();

const publish = async (
	parameters: Record<string, unknown>,
	{ onError = 'stopWorkflow', credential = testServer.credential }: Partial<Setting> = {},
): Promise<PublishedWorkflow> => await testServer.publishNode({ credential, parameters, onError });

interface Setting {
	onError: OnError;
	credential: CredentialReference;
}

const image = (n: number) => `${testServer.sandbox.url}/images/400x300.png?n=${n}`;

const good = (n = 0) => requestItem(image(n));

/** The items of a run in which each was rejected. */
async function validationErrorsOf(workflow: PublishedWorkflow, items: unknown[]) {
	const execution = await workflow.run(items);
	expect(execution.status).toBe('success');
	return jsonsOf(execution);
}

async function expectNothingSent() {
	const { posts, requests } = await testServer.sandbox.control.state();
	expect(posts).toEqual([]);
	expect(requests.filter(({ hadKey }) => hadKey)).toEqual([]);
}

describe('An invalid request', () => {
	it('is rejected with the field, the item and a hint, whatever an expression gives', async () => {
		const workflow = await publish(createFromItem(), { onError: 'continueRegularOutput' });
		const items = INVALID_REQUESTS.map(({ change }) => ({ ...good(), ...change }));
		expect(await validationErrorsOf(workflow, items)).toEqual(
			INVALID_REQUESTS.map(({ field, says }, item) => ({
				error: expect.stringMatching(new RegExp(`'${field}'.*${escaped(says)}`)),
				message: expect.stringMatching(/[A-Z].{20,}\.$/),
				details: { item },
			})),
		);
		await expectNothingSent();
	});

	it.each([
		['create', "'Duration'", { duration: 16 }],
		['create', "'Image URL'", { image: 'ftp://example.com/a.png' }],
		['createAndWait', "'Prompt'", { prompt: 'x'.repeat(2501) }],
		['createAndWait', "'Metadata'", { metadata: '[1]' }],
	])(
		'in the middle of %s stops everything before it is paid (%s)',
		async (operation, field, change) => {
			const workflow = await publish(
				createFromItem({ operation, waitUsing: 'auto', maxWait: 1, downloadVideo: false }),
			);
			const execution = await workflow.run([good(0), { ...good(1), ...change }, good(2)]);
			expect(execution.status).toBe('error');
			expect(execution.error?.message).toContain(field);
			expect(execution.error?.context).toMatchObject({ itemIndex: 1 });
			expect(itemsOf(execution, AFTER)).toEqual([]);
			await expectNothingSent();
		},
	);

	it('does not keep the other items from being made when the user says so', async () => {
		const workflow = await publish(createFromItem(), { onError: 'continueErrorOutput' });
		const items = [good(0), { ...good(1), duration: 99 }, good(2)];
		const execution = await workflow.run(items);
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, HAPPY_HORSE).map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 2 },
		]);
		const [failed] = itemsOf(execution, HAPPY_HORSE, { output: 1 });
		expect(failed?.json).toMatchObject({
			error: expect.stringContaining("'Duration'"),
			message: expect.stringContaining('Enter a whole number'),
		});
		expect(failed?.json.details).toEqual(errorOutputDetails({ item: 1 }));
		const { acceptedPerImage } = await testServer.sandbox.control.state();
		expect(acceptedPerImage).toEqual({ [image(0)]: 1, [image(2)]: 1 });
	});

	it('may have 2500 characters, counted as a reader would', async () => {
		const workflow = await publish(createFromItem());
		const prompt = '🐴'.repeat(2500);
		expect((await workflow.run([{ ...good(), prompt }])).status).toBe('success');
		expect((await testServer.sandbox.control.state()).posts.map((post) => post.prompt)).toEqual([
			prompt,
		]);
	});

	it('is rejected when the provider on the internet cannot open its URLs', async () => {
		const credential = await testServer.addCredential({
			provider: 'magnific',
			apiKey: 'made-up-key',
		});
		const workflow = await publish(createFromItem(), {
			credential,
			onError: 'continueRegularOutput',
		});
		const validationErrors = await validationErrorsOf(workflow, [
			...LOCAL_HOSTS.map((host) => requestItem(`http://${host}:8080/horse.png`)),
			...LOCAL_HOSTS.map((host) =>
				requestItem('https://example.com/horse.png', {
					callback: 'url',
					webhookUrl: `http://${host}:5678/webhook/done`,
				}),
			),
		]);
		const errors = validationErrors.map(({ error }) => error);
		expect(errors.slice(0, LOCAL_HOSTS.length)).toEqual(
			LOCAL_HOSTS.map(() =>
				expect.stringMatching(/^'Image URL' is on .* which cannot be opened from the internet$/),
			),
		);
		expect(errors.slice(LOCAL_HOSTS.length)).toEqual(
			LOCAL_HOSTS.map(() =>
				expect.stringMatching(/^'Webhook URL' leads to .* which the provider cannot reach$/),
			),
		);
	});
});

describe('A wrong setting of the batch', () => {
	it('is rejected before anything is sent', async () => {
		const workflow = await publish(
			createFromItem({
				operation: 'createAndWait',
				waitUsing: fromItem('waitUsing'),
				maxWait: fromItem('maxWait'),
				downloadVideo: fromItem('download'),
				outputBinaryPropertyName: fromItem('output'),
				options: {
					maxConcurrency: fromItem('maxConcurrency'),
					pollInterval: fromItem('pollInterval'),
					maxDownloadSize: fromItem('maxDownloadSize'),
					dryRun: fromItem('dryRun'),
				},
			}),
		);
		const settings = {
			...{ waitUsing: 'polling', maxWait: 1, download: true, output: 'data' },
			...{ maxConcurrency: 5, pollInterval: 5, dryRun: false },
		};
		const rows: Array<[Record<string, unknown>, string]> = [
			[{ maxConcurrency: 0 }, "'Max Concurrency' must be a whole number from 1 to 20"],
			[{ maxConcurrency: 21 }, "'Max Concurrency' must be a whole number from 1 to 20"],
			[{ maxConcurrency: 2.5 }, "'Max Concurrency' must be a whole number from 1 to 20"],
			[{ pollInterval: 4 }, "'Poll Interval' must be a number from 5"],
			[{ pollInterval: 'often' }, "'Poll Interval' must be a number from 5"],
			[{ maxWait: 0 }, "'Max Wait' must be a number from"],
			[{ maxWait: 1441 }, "'Max Wait' must be a number from"],
			[{ maxWait: null }, "'Max Wait' must be a number from"],
			[{ waitUsing: 'telepathy' }, "'Wait Using' must be one of"],
			[{ maxDownloadSize: 0 }, "'Max Download Size' must be a number from 1"],
			[{ download: 'maybe' }, "'Download Video' must be true or false"],
			[{ output: '' }, "'Output Data Field Name' is empty"],
			[{ dryRun: 'perhaps' }, "'Dry Run' must be true or false"],
		];
		for (const [change, says] of rows) {
			const item = { ...good(), ...settings, ...change };
			const { status, error } = await workflow.run([item, item]);
			expect(status).toBe('error');
			expect(error?.message).toContain(says);
			expect(String(error?.description).length).toBeGreaterThan(20);
		}
		await expectNothingSent();
	});
});

describe('A wrong task ID', () => {
	const wrongIds = [
		'',
		' ',
		'a/b',
		'../uploads',
		'a?b=c',
		'a#b',
		'a b',
		'ä',
		'a'.repeat(129),
		'..',
		7,
		{},
		[],
		null,
	];

	it.each(['get', 'download', 'wait'] as const)('is rejected by %s', async (operation) => {
		const workflow = await publish(
			taskFromItem(operation, {
				downloadVideo: false,
				outputBinaryPropertyName: 'data',
				maxWait: 0.1,
			}),
			{ onError: 'continueRegularOutput' },
		);
		const items = wrongIds.map((task_id) => ({ task_id, model: 'happy-horse-1' }));
		expect(await validationErrorsOf(workflow, items)).toEqual(
			items.map((_, item) => ({
				error: expect.stringMatching(/^'Task' must be a task ID, (not|but it is) /),
				message: expect.stringMatching(/^Pick a task /),
				details: { item },
			})),
		);
		await expectNothingSent();
	});

	it('that is only unknown is explained, with the item it came from', async () => {
		const [known] = await testServer.sandbox.control.seedTasks({ count: 1 });
		const items = [known, '046b6c7f-0b8a-43b9-b35d-6489e6daee91'].map((task_id) => ({
			task_id,
			model: 'happy-horse-1',
		}));
		for (const operation of ['get', 'download'] as const) {
			const workflow = await publish(
				taskFromItem(operation, {
					downloadVideo: false,
					outputBinaryPropertyName: 'data',
					maxWait: 0.1,
				}),
			);
			const { status, error } = await workflow.run(items);
			expect(status).toBe('error');
			expect(error?.message).toBe('Task not found for this API key');
			expect(error?.description).toMatch(/other accounts cannot see it\.$/);
			expect(error?.context).toMatchObject({ itemIndex: 1 });
		}
	});

	it('that is only unknown does not keep the other videos of Wait back', async () => {
		const [known] = await testServer.sandbox.control.seedTasks({ count: 1 });
		const unknown = '046b6c7f-0b8a-43b9-b35d-6489e6daee91';
		const workflow = await publish(taskFromItem('wait', { downloadVideo: false, maxWait: 0.1 }));
		const wait = async (ids: Array<string | undefined>) =>
			await workflow.run(ids.map((task_id) => ({ task_id, model: 'happy-horse-1' })));
		const some = await wait([unknown, known]);
		expect(some.status).toBe('success');
		expect(jsonsOf(some)).toMatchObject([
			{
				...{ task_id: unknown, status: 'NOT_FOUND' },
				failure: { message: expect.stringContaining('Task not found') as string },
			},
			{ task_id: known, status: 'COMPLETED' },
		]);
		const none = await wait([unknown]);
		expect(none.status).toBe('error');
		expect(none.error?.message).toBe('Task not found for this API key');
	});
});

describe('A wrong listing', () => {
	it('is rejected before any request to the API', async () => {
		const workflow = await publish(
			{
				operation: 'getAll',
				model: fromItem('model'),
				returnAll: fromItem('all'),
				limit: fromItem('limit'),
				includeVideoUrl: fromItem('urls'),
				filters: { status: fromItem('statuses') },
			},
			{ onError: 'continueRegularOutput' },
		);
		const listing = { model: 'happy-horse-1', all: false, limit: 5, urls: false, statuses: [] };
		const limit = "'Limit' must be a whole number from 1 to 1,000,000";
		const rows: Array<[Record<string, unknown>, string]> = [
			[{ limit: 0 }, limit],
			[{ limit: -1 }, limit],
			[{ limit: 1.5 }, limit],
			[{ limit: 'many' }, limit],
			[{ limit: null }, limit],
			[{ all: 'maybe' }, "'Return All' must be true or false"],
			[{ urls: 5 }, "'Include Video URL' must be true or false"],
			[{ statuses: 'COMPLETED' }, "'Status' must be a list of statuses"],
			[{ statuses: ['DONE'] }, "'Status' must be one of"],
			[{ model: 'happy-pony' }, "'Model' must be one of"],
		];
		const validationErrors = await validationErrorsOf(
			workflow,
			rows.map(([change]) => ({ ...listing, ...change })),
		);
		expect(validationErrors).toEqual(
			rows.map(([, says], item) => ({
				error: expect.stringContaining(says),
				message: expect.stringMatching(/[A-Z].{20,}\.$/),
				details: { item },
			})),
		);
		await expectNothingSent();
	});
});
