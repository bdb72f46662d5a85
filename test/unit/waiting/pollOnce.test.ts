import type { ApiRequest } from '../../../nodes/HappyHorse/http/apiClient';
import { pollOnce, readEach } from '../../../nodes/HappyHorse/waiting/pollOnce';
import { TaskWatch } from '../../../nodes/HappyHorse/waiting/taskWatch';
import { FakeClock } from '../support/fakeClock';
import type { Listed } from '../support/scriptedApi';
import { notFound, outage, scriptedApi, taskApi } from '../support/scriptedApi';

const references = (count: number) =>
	Array.from(
		{ length: count },
		(_, index) => ({ endpoint: 'image-to-video/happy-horse-1', taskId: `t${index}` }) as const,
	);

function setup(statuses: Listed, respond?: (request: ApiRequest, index: number) => unknown) {
	const watch = new TaskWatch();
	const inner = taskApi(() => statuses);
	const { api, sent, count } = respond
		? scriptedApi(
				async (request, index) => respond(request, index) ?? (await inner.api.send(request)),
			)
		: inner;
	return { polling: { api, watch, clock: new FakeClock() }, watch, sent, count };
}

it('costs one list, and one read of each that is final', async () => {
	const { polling, watch, count } = setup({ t0: 'COMPLETED', t1: 'CREATED', t2: 'FAILED' });
	expect(await pollOnce(polling, references(3))).toBe(0);
	expect([count('list'), count('read')]).toEqual([1, 2]);
	expect(watch.open(references(3)).map(({ taskId }) => taskId)).toEqual(['t1']);
});

it('reads a lone task by itself', async () => {
	const { polling, watch, sent } = setup({ t0: 'COMPLETED' });
	await pollOnce(polling, references(1));
	expect(sent.map(({ purpose }) => purpose)).toEqual(['read']);
	expect(watch.open(references(1))).toEqual([]);
});

it('reads what the list leaves out, up to a number', async () => {
	const { polling, count } = setup({}, ({ purpose }) =>
		purpose === 'list' ? { data: [] } : undefined,
	);
	await pollOnce(polling, references(25));
	expect([count('list'), count('read')]).toEqual([1, 10]);
	await pollOnce(polling, references(25), { maxSingleReads: 3 });
	expect([count('list'), count('read')]).toEqual([2, 13]);
});

it('says how long the API wants to be left alone', async () => {
	const { polling } = setup({ t0: 'COMPLETED', t1: 'CREATED' }, ({ purpose }) => {
		if (purpose === 'read') throw outage(30_000);
		return undefined;
	});
	expect(await pollOnce(polling, references(2))).toBe(30_000);
});

it('throws when nothing at all can be had', async () => {
	const { polling } = setup({}, () => {
		throw outage();
	});
	await expect(pollOnce(polling, references(2))).rejects.toMatchObject({ retryable: true });
});

describe('reads one by one', () => {
	it('stop when the API cannot respond for the moment', async () => {
		const { polling, sent } = setup({}, () => {
			throw outage();
		});
		expect(await readEach(polling, references(20))).toBe(0);
		// Those that were on their way together.
		expect(sent.length).toBeLessThanOrEqual(3);
	});

	it('continue when one task is not there', async () => {
		const { polling, watch } = setup({ t1: 'FAILED', t2: 'COMPLETED' }, ({ path }) => {
			if (path.endsWith('t0')) throw notFound();
			return undefined;
		});
		await readEach(polling, references(3));
		expect(watch.open(references(3)).map(({ taskId }) => taskId)).toEqual(['t0']);
	});
});
