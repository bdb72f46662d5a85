import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { searchTasks } from '../../../nodes/HappyHorse/operations/taskSearch';
import { fakeExecution, ownTime, settle, thrownBy } from '../support/fakeExecution';
import { FakeVendor, json } from '../support/fakeVendor';

function setup(statuses: Record<string, string>, model: unknown = 'happy-horse-1') {
	const vendor = new FakeVendor();
	for (const [id, status] of Object.entries(statuses))
		vendor.tasks.set(id, { endpoint: 'image-to-video/happy-horse-1', status, request: {} });
	const fake = fakeExecution({
		parameters: { model: model as string },
		respond: (request) => vendor.respond(request),
	});
	return { ...fake, vendor, context: fake.context as unknown as ILoadOptionsFunctions };
}

it.each([
	[undefined, ['abc', 'def', 'ghi']],
	['', ['abc', 'def', 'ghi']],
	[' AB ', ['abc']],
	['completed', ['def']],
	['in prog', ['ghi']],
	['nothing', []],
])('finds %p', async (filter, wanted) => {
	const { context } = setup({ abc: 'CREATED', def: 'COMPLETED', ghi: 'IN_PROGRESS' });
	const { results } = await searchTasks(context, filter);
	expect(results.map(({ value }) => value)).toEqual(wanted);
});

it('shows number, status and the beginning of the ID', async () => {
	const { results } = await searchTasks(setup({ abc: 'CREATED' }).context);
	expect(results).toEqual([{ name: '1. Created, abc', value: 'abc' }]);
});

it('shows an unknown status as it is', async () => {
	const { results } = await searchTasks(setup({ abc: 'PAUSED' }).context);
	expect(results).toEqual([{ name: '1. PAUSED, abc', value: 'abc' }]);
});

it('is empty for an account without tasks', async () => {
	expect(await searchTasks(setup({}).context)).toEqual({ results: [] });
});

it('says what is wrong', async () => {
	const { context, vendor } = setup({});
	vendor.intervene = () => json(401, { message: 'Invalid API key' });
	expect((await thrownBy(searchTasks(context))).message).toContain('API key');
	expect((await thrownBy(searchTasks(setup({}, 'x').context))).message).toContain("'Model'");
});

it('does not let the user look at an empty list for long while the API is down', async () => {
	ownTime();
	const { context, vendor } = setup({});
	vendor.intervene = () => json(503, { message: 'x' });
	const start = Date.now();
	expect((await settle(thrownBy(searchTasks(context)))).message).toContain('(503)');
	expect(Date.now() - start).toBeLessThan(12_000);
	jest.useRealTimers();
});
