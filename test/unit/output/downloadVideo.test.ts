import { Readable } from 'stream';

import { downloadVideo } from '../../../nodes/HappyHorse/output/downloadVideo';
import { DownloadFailure } from '../../../nodes/HappyHorse/output/videoStream';
import type { Task } from '../../../nodes/HappyHorse/tasks/task';
import { FakeClock, START } from '../support/fakeClock';
import { fakeExecution } from '../support/fakeExecution';
import { MP4 } from '../support/fakeVendor';
import { ID, outage, scriptedApi } from '../support/scriptedApi';

const taskAt = (url: string): Task => ({
	task_id: ID,
	status: 'COMPLETED',
	generated: [url],
	extra: {},
});

const OLD = 'https://cdn.example.com/old.mp4?token=exp=1~hmac=aa';

const FRESH = 'https://cdn.example.com/fresh.mp4?token=exp=2~hmac=bb';

interface FileResponse {
	statusCode?: number;
	headers?: Record<string, string>;
	body?: Buffer;
}

type Step = FileResponse | Error;

interface Setup {
	/** The responses of the file server, one after the other; the last one for ever. */
	steps: Step[];
	/** What a read of the task gives. */
	read?: unknown;
	clock?: FakeClock;
	until?: number;
}

async function download({ steps, read, clock = new FakeClock(), until = Infinity }: Setup) {
	const { bendable, context } = fakeExecution({});
	const urls: string[] = [];
	bendable.helpers.httpRequest = async ({ url }) => {
		const step = steps[Math.min(urls.length, steps.length - 1)]!;
		urls.push(url);
		if (step instanceof Error) throw step;
		const { statusCode = 200, headers = {}, body = MP4 } = step;
		return { statusCode, headers, body: Readable.from([body]) };
	};
	const { api, sent } = scriptedApi(() => {
		if (read instanceof Error) throw read;
		return { data: read ?? taskAt(FRESH) };
	});
	const outcome = await downloadVideo(
		{
			context,
			api,
			clock,
			endpoint: 'image-to-video/happy-horse-1',
			fileName: `happy-horse-${ID}.mp4`,
			task: taskAt(OLD),
			maxMegabytes: 1,
			until,
		},
		() => 1,
	).catch((error: unknown) => error);
	return { outcome, urls, reads: sent.length, pauses: clock.pauses };
}

const ok: FileResponse = { headers: { 'content-length': String(MP4.length) } };

const broken = new Error(`socket hang up at ${OLD}`);

const truncated: FileResponse = { ...ok, body: MP4.subarray(0, 20) };

const expired: FileResponse = { statusCode: 403 };

it('fetches the file once where nothing is wrong', async () => {
	const { outcome, urls, reads, pauses } = await download({ steps: [ok] });
	expect(outcome).toMatchObject({
		task: taskAt(OLD),
		data: { data: MP4.toString('base64'), fileName: `happy-horse-${ID}.mp4` },
	});
	expect([urls, reads, pauses]).toEqual([[OLD], 0, []]);
});

it.each<[string, Step]>([
	['a broken connection', broken],
	['a part of the file', truncated],
	['500', { statusCode: 500 }],
	['503', { statusCode: 503 }],
	['408', { statusCode: 408 }],
	['429', { statusCode: 429 }],
])('begins again after %s, with pauses that double', async (_, step) => {
	const { outcome, urls, reads, pauses } = await download({ steps: [step, step, step, ok] });
	expect(outcome).toMatchObject({ data: { data: MP4.toString('base64') } });
	expect([urls, reads, pauses]).toEqual([[OLD, OLD, OLD, OLD], 0, [1000, 2000, 4000]]);
});

it.each<[string, Step]>([
	['a broken connection', broken],
	['a part of the file', truncated],
	['500', { statusCode: 500 }],
])('gives up after %s five times, without the signed URL', async (_, step) => {
	const { outcome, urls } = await download({ steps: [step] });
	expect(outcome).toBeInstanceOf(DownloadFailure);
	expect((outcome as DownloadFailure).message).not.toContain('hmac');
	expect(urls).toHaveLength(5);
});

it.each<[string, FileResponse]>([
	['what is no MP4 file', { body: Buffer.from('<!doctype html><html></html>') }],
	['an empty file', { body: Buffer.alloc(0) }],
	['an announced giant', { headers: { 'content-length': '1048577' } }],
	['a giant', { body: Buffer.concat([MP4, Buffer.alloc(1024 * 1024)]) }],
	['400', { statusCode: 400 }],
	['206', { statusCode: 206 }],
])('requests %s once only', async (_, response) => {
	const { outcome, urls, reads } = await download({ steps: [response, ok] });
	expect(outcome).toBeInstanceOf(DownloadFailure);
	expect([urls, reads]).toEqual([[OLD], 0]);
});

it.each([401, 403, 404, 410])('requests a fresh URL after %i', async (statusCode) => {
	const { outcome, urls, reads, pauses } = await download({ steps: [{ statusCode }, ok] });
	expect(outcome).toMatchObject({ task: { generated: [FRESH] }, data: { mimeType: 'video/mp4' } });
	expect([urls, reads, pauses]).toEqual([[OLD, FRESH], 1, [0]]);
});

it('requests a fresh URL once', async () => {
	const { outcome, urls, reads } = await download({ steps: [expired] });
	expect(outcome).toMatchObject({ message: expect.stringContaining('(403)') as string });
	expect([urls, reads]).toEqual([[OLD, FRESH], 1]);
});

it('continues with the fresh URL after a break', async () => {
	const { outcome, urls } = await download({ steps: [broken, expired, truncated, ok] });
	expect(outcome).toMatchObject({ task: { generated: [FRESH] } });
	expect(urls).toEqual([OLD, OLD, FRESH, FRESH]);
});

it.each<[string, unknown]>([
	['the task cannot be read', outage()],
	['it has no video any more', { task_id: ID, status: 'COMPLETED', generated: [] }],
	['it has failed after all', { task_id: ID, status: 'FAILED', generated: [] }],
])('says that the URL is no longer valid when %s', async (_, read) => {
	const { outcome, urls } = await download({ steps: [expired, ok], read });
	expect(outcome).toBeInstanceOf(DownloadFailure);
	expect((outcome as DownloadFailure).message).toContain('no longer valid (403)');
	expect(urls).toEqual([OLD]);
});

it.each<[string, Step]>([
	['a break', broken],
	['an expired URL', expired],
])('sends no more requests after a cancel: %s', async (_, step) => {
	const clock = new FakeClock();
	clock.cancelled = true;
	const { outcome, urls, reads } = await download({ steps: [step, ok], clock });
	expect(outcome).toMatchObject({ message: expect.stringContaining('canceled') as string });
	expect([urls, reads]).toEqual([[], 0]);
});

it('sends no more requests when the cancel comes in a pause', async () => {
	const clock = new FakeClock((own) => (own.cancelled = true));
	const { outcome, urls } = await download({ steps: [broken, ok], clock });
	expect(outcome).toBeInstanceOf(DownloadFailure);
	expect(urls).toEqual([OLD]);
});

it('does not read the task for a fresh URL when the cancel comes in a download', async () => {
	const clock = new FakeClock();
	jest.spyOn(clock, 'isCancelled').mockReturnValueOnce(false).mockReturnValue(true);
	const { urls, reads } = await download({ steps: [expired, ok], clock });
	expect([urls, reads]).toEqual([[OLD], 0]);
});

describe('with a moment at which it has to be over', () => {
	// The file itself goes by the time of the machine.
	beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(START));
	afterEach(() => jest.restoreAllMocks());

	it.each([
		[1001, 2],
		[1000, 1],
		[2500, 2],
		[3001, 3],
		[100_000, 5],
	])('%i ms from now: tries it %i times', async (left, times) => {
		const clock = new FakeClock();
		const { outcome, urls } = await download({
			steps: [broken],
			clock,
			until: START + left,
		});
		expect(outcome).toBeInstanceOf(DownloadFailure);
		expect(urls).toHaveLength(times);
		expect(clock.time).toBeLessThan(START + left);
	});

	it('requests a fresh URL as long as there is time', async () => {
		const { outcome, reads } = await download({ steps: [expired, ok], until: START + 1 });
		expect(outcome).toMatchObject({ task: { generated: [FRESH] } });
		expect(reads).toBe(1);
	});
});
