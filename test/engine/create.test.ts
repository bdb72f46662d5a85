import {
	errorOf,
	openFixture,
	createParameters,
	outputOf,
	type EngineFixture,
} from './support/engineFixture';

let fixture: EngineFixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture?.close());
beforeEach(async () => await fixture.control.reset());

test('starts one video per item and gives one item of the one shape for each, in order', async () => {
	const { engine, control, row } = fixture;
	// The first response comes last.
	await control.rules({ on: 'create', where: { prompt: 'first' }, do: { delayMs: 300 } });
	const run = await engine.run({
		rows: [
			row('first', { seconds: 3 }),
			row('second', { seconds: '4' }),
			row('third', { seconds: 15 }),
		],
		parameters: createParameters('create', {
			duration: '={{ $json.seconds }}',
			options: { metadata: '={{ { name: $json.name } }}' },
		}),
	});

	expect(run.status).toBe('success');
	const { posts } = await control.state();
	const taskOf = (prompt: string) => posts.find((post) => post.prompt === prompt)?.taskId;
	expect(outputOf(run)).toEqual(
		['first', 'second', 'third'].map((name, item) => ({
			json: {
				task_id: taskOf(name),
				status: 'CREATED',
				generated: [],
				video_url: null,
				video_expires_at: null,
				mode: 'image-to-video',
				model: 'happy-horse-1',
				timed_out: false,
				metadata: { name },
			},
			pairedItem: { item },
		})),
	);
	expect(posts).toHaveLength(3);
	expect(posts.every(({ keyHeader }) => keyHeader === 'x-magnific-api-key')).toBe(true);
	const bodies = new Map(posts.map(({ prompt, body }) => [prompt, body]));
	// A text from a sheet leaves as a number; what is not set is not sent.
	expect([...bodies.keys()].sort()).toEqual(['first', 'second', 'third']);
	expect(bodies.get('second')).toStrictEqual({
		image_url: row('second').image,
		prompt: 'second',
		resolution: '1080P',
		duration: 4,
	});
});

test('sends what the optional fields say to the model that was chosen', async () => {
	const { engine, control, row } = fixture;
	const parameters = createParameters('create', {
		model: 'happy-horse-1-1',
		prompt: '',
		resolution: '720P',
		options: { seed: 0 },
	});
	const run = await engine.run({ rows: [row('plain')], parameters });

	expect(outputOf(run)).toMatchObject([{ json: { model: 'happy-horse-1-1' } }]);
	const [post] = (await control.state()).posts;
	expect(post?.model).toBe('happy-horse-1-1');
	expect(post?.body).toStrictEqual({
		image_url: row('plain').image,
		resolution: '720P',
		duration: 5,
		seed: 0,
	});
});

describe('an unusable value for the second of three items: its field is named, nothing is sent', () => {
	const cases: Array<[label: string, field: string, value: unknown]> = [
		['Duration', 'duration', null],
		['Duration', 'duration', { seconds: 5 }],
		['Duration', 'duration', [5]],
		['Duration', 'duration', 5.5],
		['Duration', 'duration', Number.NaN],
		['Duration', 'duration', 16],
		['Duration', 'duration', '5 s'],
		['Duration', 'duration', true],
		['Prompt', 'prompt', 'x'.repeat(2501)],
		['Prompt', 'prompt', { text: 'a horse' }],
		['Resolution', 'resolution', '4K'],
		['Model', 'model', 'happy-horse-2'],
		['Image Source', 'imageSource', 'clipboard'],
		['Image URL', 'imageUrl', undefined],
		['Image URL', 'imageUrl', 'ftp://example.com/horse.jpg'],
		['Seed', 'seed', -1],
		['Metadata', 'metadata', 'no object'],
	];

	const titled = cases.map(([label, field, value]) => ({
		...{ label, field, value },
		shown: typeof value === 'object' ? JSON.stringify(value) : String(value).slice(0, 30),
	}));

	test.each(titled)('$label, given $shown', async ({ label, field, value }) => {
		const { engine, posts, row } = fixture;
		const usable = { [field]: '={{ $json.value }}' };
		const isOption = ['seed', 'metadata'].includes(field);
		const run = await engine.run({
			rows: ['a', 'b', 'c'].map((name, item) => {
				const good = {
					duration: 5,
					prompt: name,
					resolution: '1080P',
					model: 'happy-horse-1',
					imageSource: 'url',
					imageUrl: row(name).image as string,
					seed: 7,
					metadata: '{}',
				}[field]!;
				return row(name, { value: item === 1 ? (value as string) : good });
			}),
			parameters: createParameters('create', isOption ? { options: usable } : usable),
		});

		expect(errorOf(run)).toMatchObject({
			name: 'NodeOperationError',
			message: expect.stringContaining(`'${label}'`),
			description: expect.stringMatching(/^[A-Z].{15,}\.$/),
			itemIndex: 1,
		});
		expect(await posts()).toBe(0);
	});
});
