import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { needsBuild } from '../../../../sandbox/demo/build';
import {
	DEMO_EXAMPLES,
	forSandbox,
	HAPPY_HORSE,
	imagesIn,
	PRODUCT_REFERENCE,
	readExample,
	THREE_IMAGES,
	withWebhook,
} from '../../../../sandbox/demo/exampleWorkflow';
import { forRealApi } from '../../../../sandbox/demo/forRealApi';
import { TaskProgress } from '../../../../sandbox/demo/progress';
import { costNotice, credentialData, realApiFrom } from '../../../../sandbox/demo/realApi';
import { resultTable } from '../../../../sandbox/demo/table';

const credential = { id: 'c1', name: 'Happy Horse account' };
const nodeNamed = (workflow: ReturnType<typeof readExample>, name: string) =>
	workflow.nodes.find((node) => node.name === name);

const IMAGES = new Map([
	[THREE_IMAGES, ['horses-at-dusk.jpg', 'perfume-bottle.png', 'flower-market.webp']],
	[PRODUCT_REFERENCE, ['handbag.jpg', 'model.jpg']],
]);

describe.each(DEMO_EXAMPLES)('the example $file', (example) => {
	it('starts by hand, and in the demo by a webhook beside it', () => {
		const workflow = readExample(example);
		expect(nodeNamed(workflow, HAPPY_HORSE)?.type).toBe('n8n-nodes-happy-horse.happyHorse');
		const isStart = ({ type }: { type: string }) => /[Tt]rigger|webhook/.test(type);
		const [byHand, ...others] = workflow.nodes.filter(isStart);
		expect([byHand?.type, others]).toEqual(['n8n-nodes-base.manualTrigger', []]);
		const started = withWebhook(workflow, example);
		const webhook = started.nodes.find(({ type }) => type === 'n8n-nodes-base.webhook');
		expect(webhook?.parameters.path).toBe(example.webhookPath);
		expect(started.connections[webhook!.name]).toEqual(started.connections[byHand!.name]);
	});

	it('takes its images from the sandbox in the demo', () => {
		const imagesUrl = 'http://127.0.0.1:1/examples/images/';
		const text = JSON.stringify(forSandbox(readExample(example), { imagesUrl, credential }));
		for (const name of IMAGES.get(example)!) expect(text).toContain(imagesUrl + name);
		expect(text).not.toContain('githubusercontent');
		expect(text).toContain('"happyHorseApi":{"id":"c1"');
	});

	it('reads its images from disk with the real API, polls, and creates short videos', () => {
		const workflow = readExample(example);
		const real = forRealApi(workflow, { example, credential, seconds: 3 });
		expect(nodeNamed(real, HAPPY_HORSE)?.parameters).toMatchObject({
			imageSource: 'binary',
			waitUsing: 'polling',
			resolution: '720P',
			duration: 3,
		});
		const reading = real.nodes.find(({ type }) => type === 'n8n-nodes-base.readWriteFile');
		expect(reading?.parameters.fileSelector).toContain(`{${IMAGES.get(example)!.join(',')}}`);
		expect(workflow).toEqual(readExample(example));
	});
});

it('with the real API, each image has its prompt, or all of them have one', () => {
	const parametersOf = (example: typeof THREE_IMAGES) => {
		const real = forRealApi(readExample(example), { example, credential, seconds: 3 });
		return nodeNamed(real, HAPPY_HORSE)!.parameters;
	};
	expect(parametersOf(THREE_IMAGES).prompt).toContain('"perfume-bottle.png":"Slow');
	expect(parametersOf(PRODUCT_REFERENCE).prompt).toMatch(/^character2 .* character1/);
	expect(parametersOf(PRODUCT_REFERENCE).binaryPropertyNames).toContain(
		'"handbag.jpg","model.jpg"',
	);
});

it('finds the images that an item names, each once and in their order', () => {
	const item = {
		product: 'http://a/b/handbag.jpg',
		model: 'http://a/model.webp',
		again: 'handbag.jpg',
	};
	expect(imagesIn(item)).toEqual(['handbag.jpg', 'model.webp']);
	expect(imagesIn(undefined)).toEqual([]);
});

describe('the progress of tasks', () => {
	const follow = (isTTY: boolean) => {
		let written = '';
		let now = 0;
		const out = { isTTY, write: (text: string | Uint8Array) => (written += String(text)) !== '' };
		const progress = new TaskProgress(out, () => now);
		for (const [at, status] of [
			[0, 'CREATED'],
			[1500, 'IN_PROGRESS'],
			[1900, 'IN_PROGRESS'],
			[9000, 'COMPLETED'],
		] as const) {
			now = at;
			progress.update([{ taskId: '12345678-rest', status, images: ['a.jpg', 'b.jpg'] }]);
		}
		return written;
	};

	it('is one line per change and without control codes outside a terminal', () => {
		expect(follow(false).trimEnd().split('\n')).toEqual([
			'  12345678  created        0 s  a.jpg, b.jpg',
			'  12345678  in progress    2 s  a.jpg, b.jpg',
			'  12345678  completed      9 s  a.jpg, b.jpg',
		]);
	});

	it('is redrawn in place in a terminal', () => {
		expect(follow(true)).toContain('\u001b[1A\u001b[2K  12345678');
	});
});

describe('the table of results', () => {
	const row = {
		kind: 'reference-to-video',
		images: ['handbag.jpg', 'model.jpg'],
		status: 'COMPLETED',
		video: { width: 720, height: 1280, seconds: 5.04 },
		file: 'demo-output/happy-horse-0b95865f-f345-4c1a-a80f-60f59ce56256.mp4',
	};

	it('shows kind, size and length of each video, without colours', () => {
		const table = resultTable([row]);
		for (const text of [
			'reference to video',
			'handbag.jpg, model.jpg',
			'720 x 1280',
			'5.0',
			row.file,
		]) {
			expect(table).toContain(text);
		}
		expect(table).not.toContain('\u001b');
	});

	it.each([200, 158, 120, 80])('fits into %d columns', (columns) => {
		const widest = Math.max(
			...resultTable([row], columns)
				.split('\n')
				.map((line) => line.length),
		);
		expect(widest).toBeLessThanOrEqual(columns);
	});

	it('leaves places empty when there is no video', () => {
		expect(resultTable([{ ...row, video: undefined, file: undefined }])).toMatch(/│\s+│\s+│ -\s+│/);
	});
});

describe('the real API', () => {
	it('is used only when a key is set', () => {
		expect(realApiFrom({})).toBeUndefined();
		expect(realApiFrom({ HAPPY_HORSE_API_KEY: '  ' })).toBeUndefined();
		expect(realApiFrom({ HAPPY_HORSE_API_KEY: ' k ' })).toEqual({ key: 'k' });
	});

	it('tells the host and the seconds to pay for, never the key', () => {
		const notice = costNotice({ key: 'FPSX-secret' });
		expect(notice).toContain('api.magnific.com');
		expect(notice).toContain('12 seconds of video');
		expect(notice).not.toContain('FPSX');
	});

	it('goes through a gateway when one is named', () => {
		const api = realApiFrom({ HAPPY_HORSE_API_KEY: 'k', HAPPY_HORSE_BASE_URL: 'http://gate:1/' });
		expect(api && credentialData(api)).toMatchObject({
			provider: 'custom',
			baseUrl: 'http://gate:1',
		});
	});
});

describe('the build of the demo', () => {
	it('is needed when nothing is built or a source is newer', () => {
		const folder = mkdtempSync(join(tmpdir(), 'happy-horse-build-'));
		const put = (path: string, time: number) => {
			mkdirSync(join(folder, path, '..'), { recursive: true });
			writeFileSync(join(folder, path), '');
			utimesSync(join(folder, path), time, time);
		};
		put('nodes/HappyHorse/a.ts', 100);
		expect(needsBuild(folder)).toBe(true);
		put('dist/nodes/HappyHorse/a.js', 200);
		expect(needsBuild(folder)).toBe(false);
		put('credentials/b.ts', 300);
		expect(needsBuild(folder)).toBe(true);
		rmSync(folder, { recursive: true });
	});
});
