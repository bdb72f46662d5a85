import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { errorOf, openFixture, outputOf, type EngineFixture } from './support/engineFixture';

let fixture: EngineFixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture?.close());
beforeEach(async () => await fixture.control.reset());

interface EngineCase {
	parameters: INodeParameters;
	/** Of the first row, by the URL of the sandbox. */
	body(url: string): IDataObject;
}

const image = (url: string, name: string) => `${url}/images/400x400.png?n=${name}`;

const CASES: Record<string, EngineCase> = {
	imageToVideo: {
		parameters: { imageUrl: '={{ $json.image }}', prompt: '={{ $json.name }}', duration: 3 },
		body: (url) => ({
			image_url: `${url}/images/400x300.png?n=one`,
			...{ prompt: 'one', resolution: '1080P', duration: 3 },
		}),
	},
	referenceToVideo: {
		parameters: {
			model: 'happy-horse-1-1',
			imageUrls: '={{ [$json.a, { url: $json.b }] }}',
			prompt: '={{ "character1 and character2, " + $json.name }}',
			aspectRatio: '9:21',
			duration: 3,
		},
		body: (url) => ({
			image_urls: [{ url: image(url, 'a') }, { url: image(url, 'b') }],
			prompt: 'character1 and character2, one',
			...{ aspect_ratio: '9:21', resolution: '1080P', duration: 3 },
		}),
	},
	textToVideo: {
		parameters: {
			prompt: '={{ $json.name }}',
			aspectRatio: '9:16',
			resolution: '720P',
			duration: 3,
		},
		body: () => ({ prompt: 'one', aspect_ratio: '9:16', resolution: '720P', duration: 3 }),
	},
	videoEdit: {
		parameters: {
			videoUrl: '={{ $json.video }}',
			prompt: '={{ $json.name }}',
			audioSetting: 'origin',
		},
		body: (url) => ({
			video_url: `${url}/videos/640x360.mp4?seconds=4`,
			...{ prompt: 'one', resolution: '1080P', audio_setting: 'origin' },
		}),
	},
};

describe.each(Object.entries(CASES))('%s', (resource, { parameters, body }) => {
	const rowsOf = ({ row }: EngineFixture) => {
		const url = String(row('x').image).replace(/\/images.*/, '');
		const files = {
			a: image(url, 'a'),
			b: image(url, 'b'),
			video: `${url}/videos/640x360.mp4?seconds=4`,
		};
		return { url, rows: ['one', 'two'].map((name) => row(name, files)) };
	};

	test('is created with the body that the API wants, waited for and downloaded', async () => {
		const { engine, control } = fixture;
		const { url, rows } = rowsOf(fixture);
		const run = await engine.run({
			rows,
			parameters: {
				...{ resource, operation: 'createAndWait', waitUsing: 'polling' },
				options: { pollInterval: 5 },
				...parameters,
			},
		});
		expect(run.data.resultData.error?.message).toBeUndefined();
		const { posts } = await control.state();
		expect(posts.map(({ status }) => status)).toEqual([200, 200]);
		const first = posts.find(({ prompt }) => String(prompt).endsWith('one'));
		expect(first?.body).toStrictEqual(body(url));
		const items = outputOf(run);
		expect(items.map(({ json, pairedItem }) => [json.status, pairedItem])).toEqual([
			['COMPLETED', { item: 0 }],
			['COMPLETED', { item: 1 }],
		]);
		expect(items.every(({ binary }) => binary?.data?.mimeType === 'video/mp4')).toBe(true);
		expect(items.every(({ json }) => Number((json.video as IDataObject).width) > 0)).toBe(true);
	});

	test('sends nothing while one of two prompts is no text', async () => {
		const { engine, posts } = fixture;
		const { rows } = rowsOf(fixture);
		const run = await engine.run({
			rows: [rows[0]!, { ...rows[1], name: { no: 'text' } }],
			parameters: {
				...{ resource, operation: 'create', ...parameters },
				prompt: '={{ $json.name }}',
			},
		});
		expect(errorOf(run)).toMatchObject({
			message: expect.stringContaining("'Prompt'"),
			itemIndex: 1,
		});
		expect(await posts()).toBe(0);
	});
});
