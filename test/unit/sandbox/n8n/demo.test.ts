import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { needsBuild } from '../../../../sandbox/demo/build';
import {
	forRealApi,
	forSandbox,
	HAPPY_HORSE,
	IMAGES,
	readExample,
	WEBHOOK_PATH,
	withWebhook,
} from '../../../../sandbox/demo/exampleWorkflow';
import { TaskProgress } from '../../../../sandbox/demo/progress';
import { costNotice, credentialData, realApiFrom } from '../../../../sandbox/demo/realApi';
import { resultTable, sizeText } from '../../../../sandbox/demo/table';

const credential = { id: 'c1', name: 'Happy Horse account' };
const nodeNamed = (workflow: ReturnType<typeof readExample>, name: string) =>
	workflow.nodes.find((node) => node.name === name);

describe('the example workflow', () => {
	it('starts by hand, and in the demo by a webhook beside it', () => {
		const example = readExample();
		expect(nodeNamed(example, HAPPY_HORSE)?.type).toBe('n8n-nodes-happy-horse.happyHorse');
		const isStart = ({ type }: { type: string }) => /[Tt]rigger|webhook/.test(type);
		const [byHand, ...others] = example.nodes.filter(isStart);
		expect([byHand?.type, others]).toEqual(['n8n-nodes-base.manualTrigger', []]);
		const started = withWebhook(example);
		const webhook = started.nodes.find(({ type }) => type === 'n8n-nodes-base.webhook');
		expect(webhook?.parameters.path).toBe(WEBHOOK_PATH);
		expect(started.connections[webhook!.name]).toEqual(started.connections[byHand!.name]);
	});

	it('takes its images from the sandbox in the demo', () => {
		const imagesUrl = 'http://127.0.0.1:1/examples/images/';
		const text = JSON.stringify(forSandbox(readExample(), { imagesUrl, credential }));
		for (const name of ['horses-at-dusk.jpg', 'perfume-bottle.png', 'flower-market.webp']) {
			expect(text).toContain(imagesUrl + name);
		}
		expect(text).not.toContain('githubusercontent');
		expect(text).toContain('"happyHorseApi":{"id":"c1"');
	});

	it('uploads files and polls with the real API, and creates short videos', () => {
		const example = readExample();
		const real = forRealApi(example, { credential, seconds: 3 });
		expect(nodeNamed(real, HAPPY_HORSE)?.parameters).toMatchObject({
			imageSource: 'binary',
			waitUsing: 'polling',
			resolution: '720P',
			duration: 3,
		});
		expect(nodeNamed(real, IMAGES)?.type).toBe('n8n-nodes-base.readWriteFile');
		expect(nodeNamed(real, HAPPY_HORSE)?.parameters.prompt).toContain('"perfume-bottle.png":"Slow');
		expect(example).toEqual(readExample());
	});
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
			progress.update([{ taskId: '12345678-rest', status, image: 'a.jpg' }]);
		}
		return { written, progress };
	};

	it('is one line per change and without control codes outside a terminal', () => {
		const { written, progress } = follow(false);
		expect(written.trimEnd().split('\n')).toEqual([
			'  12345678  created        0 s  a.jpg',
			'  12345678  in progress    2 s  a.jpg',
			'  12345678  completed      9 s  a.jpg',
		]);
		expect(progress.seconds('12345678-rest')).toBe(9);
	});

	it('is redrawn in place in a terminal', () => {
		expect(follow(true).written).toContain('\u001b[1A\u001b[2K  12345678');
	});
});

describe('the table of results', () => {
	const row = {
		item: 1,
		image: 'horses-at-dusk.jpg',
		taskId: '0b95865f-f345-4c1a-a80f-60f59ce56256',
		status: 'COMPLETED',
		seconds: 10.14,
		file: 'demo-output/happy-horse-0b95865f-f345-4c1a-a80f-60f59ce56256.mp4',
		bytes: 234_907,
	};

	it('shows what became of each image, without colours', () => {
		const table = resultTable([row]);
		for (const text of [row.image, row.taskId, row.file, '10.1', '235 KB']) {
			expect(table).toContain(text);
		}
		expect(table).not.toContain('\u001b');
	});

	it.each([200, 120, 100])('fits into %d columns', (columns) => {
		const widest = Math.max(
			...resultTable([row], columns)
				.split('\n')
				.map((line) => line.length),
		);
		expect(widest).toBeLessThanOrEqual(columns);
	});

	it('leaves a place empty when there is no video', () => {
		expect(resultTable([{ ...row, file: undefined, bytes: undefined }])).toMatch(/│ -\s+│\s+│/);
	});

	it.each([
		[1_400_000, '1.4 MB'],
		[820_400, '820 KB'],
		[12, '1 KB'],
	])('tells %d bytes as %s', (bytes, text) => {
		expect(sizeText(bytes)).toBe(text);
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
		expect(notice).toContain('9 seconds of video');
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
