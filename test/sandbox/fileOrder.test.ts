import sharp from 'sharp';
import { dataOf, openFixture, type Fixture } from './fixture';
import { factsOf } from './videoFacts';

let fixture: Fixture;
beforeAll(async () => {
	fixture = await openFixture();
});
afterAll(async () => await fixture.close());
beforeEach(async () => await fixture.control.reset());

/** Colors that a video keeps apart. */
const COLORS = [
	...[
		[220, 20, 20],
		[20, 200, 20],
		[20, 20, 220],
		[220, 220, 20],
		[20, 200, 200],
	],
	...[
		[200, 20, 200],
		[20, 20, 20],
		[235, 235, 235],
		[120, 120, 120],
	],
];

/** An uploaded image of one color. */
const plain = async ([r = 0, g = 0, b = 0]: number[]) => {
	const create = { width: 400, height: 400, channels: 3, background: { r, g, b } } as const;
	return await fixture.upload(await sharp({ create }).png().toBuffer(), 'image/png');
};

const RATIO_PARTS = { '16:9': true, '9:16': false, '1:1': true } as const;
type Ratio = keyof typeof RATIO_PARTS;

/** The middle of each of so many parts: from left to right, or from top to bottom. */
const middles = (parts: number, wide: boolean) =>
	Array.from({ length: parts }, (_, index) => {
		const share = (index + 0.5) / parts;
		return wide ? ([share, 0.5] as const) : ([0.5, share] as const);
	});

/** The number of the color that is nearest to what was seen. */
const nearest = (seen: number[]) => {
	const distance = (color: number[]) =>
		Math.hypot(...color.map((part, index) => part - (seen[index] ?? 0)));
	return COLORS.findIndex(
		(color) => distance(color) === Math.min(...COLORS.map((each) => distance(each))),
	);
};

const videoOf = async (endpoint: string, body: object) => {
	const path = `/v1/ai/${endpoint}`;
	const { task_id } = dataOf(await fixture.post(path, body));
	return String(dataOf(await fixture.request('GET', `${path}/${task_id}`)).generated[0]);
};

test.each([
	['16:9', [0, 1]],
	['16:9', [1, 0]],
	['9:16', [2, 0, 1]],
	['1:1', [4, 3, 2, 1, 0]],
	['9:16', [0, 1, 2, 3, 4, 5, 6, 7, 8]],
	['16:9', [8, 7, 6, 5, 4, 3, 2, 1, 0]],
] as Array<[Ratio, number[]]>)(
	'a %s video shows its references as sent: %j',
	async (ratio, order) => {
		const urls = await Promise.all(order.map(async (index) => await plain(COLORS[index] ?? [])));
		const video = await videoOf('reference-to-video/happy-horse-1', {
			prompt: order.map((_, index) => `character${index + 1}`).join(' and '),
			image_urls: urls.map((url) => ({ url })),
			...{ aspect_ratio: ratio, duration: 3 },
		});
		const { colors } = await factsOf(video, middles(order.length, RATIO_PARTS[ratio]));
		expect(colors.map(nearest)).toEqual(order);
		const { posts, tasks } = await fixture.control.state();
		expect([posts[0]?.fileUrls, tasks[0]?.fileUrls]).toEqual([urls, urls]);
	},
);

test.each([
	['640x360.mp4', true],
	['360x640.mp4', false],
])('an edit of %s shows what stands for it, then the images as sent', async (name, wide) => {
	const order = [5, 0, 2];
	const urls = await Promise.all(order.map(async (index) => await plain(COLORS[index] ?? [])));
	const video_url = `${fixture.sandbox.url}/videos/${name}?seconds=3`;
	const video = await videoOf('video-edit/happy-horse-1', {
		...{ video_url, prompt: '@Image1, @Image2 and @Image3', image_urls: urls },
	});
	const { colors } = await factsOf(video, middles(4, wide));
	expect(colors.slice(1).map(nearest)).toEqual(order);
	const [post] = (await fixture.control.state()).posts;
	expect(post).toMatchObject({ imageUrl: null, fileUrls: [video_url, ...urls] });
});

test('other texts, seeds and sources give other videos', async () => {
	const text = async (body: object) => await videoOf('text-to-video/happy-horse-1', body);
	const edit = async (n: number) => {
		const video_url = `${fixture.sandbox.url}/videos/320x320.mp4?seconds=3&n=${n}`;
		return await videoOf('video-edit/happy-horse-1', { video_url, prompt: 'snow' });
	};
	const urls = [
		...[await text({ prompt: 'a' }), await text({ prompt: 'b' })],
		...[await text({ prompt: 'a', seed: 7 }), await edit(1), await edit(2)],
	];
	const bytes = await Promise.all(
		urls.map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer()).toString('base64')),
	);
	expect(new Set(bytes).size).toBe(5);
});
