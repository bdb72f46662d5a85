import { openApi } from '../../../nodes/HappyHorse/http/apiClient';
import { FakeClock } from '../support/fakeClock';
import { fakeExecution } from '../support/fakeExecution';
import { json } from '../support/fakeVendor';

const request = { method: 'GET', path: '/v1/x', purpose: 'read' } as const;

it('pauses twice as long after each further 429, and forgets that after a success', async () => {
	const statuses = [429, 429, 429, 200, 429, 429];
	const clock = new FakeClock();
	const { context } = fakeExecution({ respond: () => json(statuses.shift() ?? 200, {}) });
	const api = await openApi(context, clock);
	const waited: number[] = [];
	while (statuses.length > 0) {
		const before = clock.now();
		await api.send(request).catch(() => undefined);
		waited.push((clock.now() - before) / 1000);
	}
	// Jitter takes at most half of a pause.
	const ceilings = [0, 4, 8, 16, 0, 4];
	for (const [index, ceiling] of ceilings.entries()) {
		expect(waited[index]).toBeGreaterThanOrEqual(ceiling / 2);
		expect(waited[index]).toBeLessThanOrEqual(ceiling);
	}
});
