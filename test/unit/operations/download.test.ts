import { download } from '../../../nodes/HappyHorse/operations/download';
import { fakeExecution, thrownBy } from '../support/fakeExecution';
import { FakeVendor, MP4 } from '../support/fakeVendor';

function setup(status: string, continueOnFail = false) {
	const vendor = new FakeVendor();
	vendor.tasks.set('a', { endpoint: 'image-to-video/happy-horse-1', status, request: {} });
	return {
		vendor,
		...fakeExecution({
			parameters: { model: 'happy-horse-1', taskId: 'a', outputBinaryPropertyName: 'clip' },
			respond: (request) => vendor.respond(request),
			continueOnFail,
		}),
	};
}

it('reads the task again for its URL, then fetches the file without the key', async () => {
	const { context, requests } = setup('COMPLETED');
	const [item] = await download.execute(context);
	expect(item?.binary?.clip).toMatchObject({
		data: MP4.toString('base64'),
		fileName: 'happy-horse-a.mp4',
		mimeType: 'video/mp4',
	});
	expect(requests.map(({ credential }) => credential)).toEqual(['happyHorseApi', undefined]);
});

it('says what to do when the video is not finished', async () => {
	const error = await thrownBy(download.execute(setup('IN_PROGRESS').context));
	expect(error.message).toContain('not finished yet (IN_PROGRESS)');
	expect(error.description).toContain("'Wait'");
});

it('gives a failed task as an item without a file', async () => {
	const [item] = await download.execute(setup('FAILED').context);
	expect(item?.json).toMatchObject({ status: 'FAILED', failure: {} });
	expect(item).not.toHaveProperty('binary');
});

it('keeps URL and ID when the file cannot be had', async () => {
	const { context, vendor } = setup('COMPLETED');
	vendor.intervene = ({ url }) =>
		url.includes('cdn.') ? { statusCode: 403, body: '' } : undefined;
	const [item] = await download.execute(context);
	expect(item?.json).toMatchObject({
		task_id: 'a',
		video_url: expect.stringContaining('https://') as string,
		download_failure: {},
	});
});
