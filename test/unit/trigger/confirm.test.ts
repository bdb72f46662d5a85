import type { Endpoint } from '../../../nodes/HappyHorse/tasks/endpoint';
import { confirm } from '../../../nodes/HappyHorse/trigger/confirm';
import { FakeClock, START } from '../support/fakeClock';
import { keyRejected, notFound, outage, scriptedApi, videoAt } from '../support/scriptedApi';

const task = (status: string) => ({ task_id: 't0', status, generated: [], extra: {} });

const MODEL: Endpoint = 'image-to-video/happy-horse-1';

interface Setup {
	told?: string;
	endpoint?: Endpoint | undefined;
	/** What the API says of the task, by milliseconds; a throw is a throw. */
	read: (passedMs: number, path: string) => string;
}

async function confirmed({ told = 'COMPLETED', endpoint, read }: Setup) {
	const clock = new FakeClock();
	const { api, sent } = scriptedApi(({ path }) => {
		const status = read(clock.time - START, path);
		const generated = status === 'COMPLETED' ? [videoAt('t0')] : [];
		return { data: { task_id: 't0', status, generated } };
	});
	const running = confirm(api, { task: task(told), endpoint }, { clock, random: () => 1 });
	const outcome = await running.catch((error: unknown) => error);
	return { outcome, sent, clock, passed: clock.time - START };
}

const fails = (failure: Error) => () => {
	throw failure;
};

it.each(['COMPLETED', 'FAILED', 'CREATED', 'IN_PROGRESS'])(
	'is what the API says when it says the same: %s',
	async (status) => {
		const { outcome, sent } = await confirmed({ told: status, read: () => status });
		expect(outcome).toMatchObject({ task: { status }, endpoint: MODEL });
		expect(sent).toHaveLength(1);
	},
);

it.each([
	['COMPLETED', 'FAILED', 'denied'],
	['FAILED', 'COMPLETED', 'denied'],
	['IN_PROGRESS', 'COMPLETED', 'outdated'],
	['CREATED', 'FAILED', 'outdated'],
	['CREATED', 'IN_PROGRESS', 'outdated'],
])('%s is told, and the API says %s: %s, at once', async (told, truth, verdict) => {
	const { outcome, sent } = await confirmed({ told, read: () => truth });
	expect([outcome, sent.length]).toEqual([verdict, 1]);
});

it.each([
	['COMPLETED', 'CREATED'],
	['COMPLETED', 'IN_PROGRESS'],
	['COMPLETED', 'DREAMING'],
	['FAILED', 'IN_PROGRESS'],
	['IN_PROGRESS', 'CREATED'],
])(
	'%s is told, and the API says %s: it may be behind, and is polled for ten minutes',
	async (told, truth) => {
		const { outcome, passed, clock } = await confirmed({ told, read: () => truth });
		expect(outcome).toBe('denied');
		expect(passed).toBeGreaterThanOrEqual(600_000);
		expect(passed).toBeLessThan(616_000);
		expect(clock.pauses.slice(0, 6)).toEqual([1500, 3000, 6000, 12_000, 15_000, 15_000]);
	},
);

it('is found out as soon as the API knows', async () => {
	const read = (ms: number) => (ms < 20_000 ? 'IN_PROGRESS' : 'COMPLETED');
	const { outcome, passed } = await confirmed({ read });
	expect(outcome).toMatchObject({ task: { status: 'COMPLETED', generated: [videoAt('t0')] } });
	expect(passed).toBeLessThan(23_000);
});

describe('a task that cannot be found', () => {
	it('is none of a stranger, at once', async () => {
		const { outcome, passed } = await confirmed({ read: fails(notFound()) });
		expect([outcome, passed]).toEqual(['denied', 0]);
	});

	it('may be one of ours, which the API does not find for a moment', async () => {
		const read = (ms: number) => {
			if (ms < 60_000) throw notFound();
			return 'COMPLETED';
		};
		const { outcome } = await confirmed({ endpoint: MODEL, read });
		expect(outcome).toMatchObject({ task: { status: 'COMPLETED' } });
	});

	it('is none of ours after ten minutes', async () => {
		const { outcome, passed } = await confirmed({ endpoint: MODEL, read: fails(notFound()) });
		expect(outcome).toBe('denied');
		expect(passed).toBeGreaterThanOrEqual(600_000);
	});
});

describe('an API that cannot tell', () => {
	it('is waited for', async () => {
		const read = (ms: number) => {
			if (ms < 60_000) throw outage();
			return 'COMPLETED';
		};
		expect((await confirmed({ read })).outcome).toMatchObject({ task: { status: 'COMPLETED' } });
	});

	it('for so long', async () => {
		const failure = outage();
		const { outcome, passed } = await confirmed({ read: fails(failure) });
		expect(outcome).toBe(failure);
		expect(passed).toBeGreaterThanOrEqual(600_000);
	});

	it('is not waited for when that does not pass', async () => {
		const failure = keyRejected();
		const { outcome, passed } = await confirmed({ read: fails(failure) });
		expect([outcome, passed]).toEqual([failure, 0]);
	});
});

it.each([
	[undefined, true],
	[MODEL, false],
])(
	'with the endpoint %p of our own note, it is read for a stranger: %p',
	async (endpoint, forStranger) => {
		const { sent } = await confirmed({
			endpoint,
			read: (ms) => (ms < 5000 ? 'CREATED' : 'COMPLETED'),
		});
		expect(sent.length).toBeGreaterThan(1);
		expect(sent.every((request) => request.forStranger === forStranger)).toBe(true);
	},
);
