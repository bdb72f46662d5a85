import type { Random } from './random';
import { randomFrom } from './random';

export const RESOURCES = ['imageToVideo', 'textToVideo', 'referenceToVideo', 'videoEdit'] as const;
export const WAYS = ['signed', 'unsigned', 'polling', 'trigger'] as const;

export type Resource = (typeof RESOURCES)[number];
/** How the videos come back: webhooks with or without a secret, polling, or the trigger. */
export type Way = (typeof WAYS)[number];
export type WebhookFault = 'none' | 'lost' | 'doubled' | 'late';
export type OutageKind = 'stop' | 'kill' | 'killWorker';

export interface SoakItem {
	/** Its prompt and its idempotency key, with what the sandbox shall do in brackets. */
	name: string;
	image: string;
	video: string;
}

export interface PlannedRun {
	number: number;
	/** Milliseconds after the start. */
	at: number;
	resource: Resource;
	way: Way;
	items: SoakItem[];
}

export interface Burst {
	at: number;
	ms: number;
	status: 429 | 503;
}

export interface Outage {
	at: number;
	kind: OutageKind;
	/** How long after a batch has started n8n is hit. */
	afterMs: number;
	batch: PlannedRun;
}

export interface Plan {
	runs: PlannedRun[];
	bursts: Burst[];
	outages: Outage[];
	/** How long a video may take. */
	seconds: number[];
	maxWaitMinutes: number;
}

export interface PlanOptions {
	seed: number;
	/** How long executions are started. */
	minutes: number;
	sandboxUrl: string;
	/** A worker can be killed. */
	queue: boolean;
}

const RUNS_A_MINUTE = 3;
const MOST_ITEMS = 20;
const FAULT_SHARE = 0.05;

/** Where in the run n8n goes away: the longest stretch between two outages shows how memory grows. */
const OUTAGES: ReadonlyArray<[share: number, kind: OutageKind]> = [
	[0.15, 'stop'],
	[0.22, 'killWorker'],
	[0.3, 'kill'],
	[0.5, 'stop'],
	[0.85, 'kill'],
];

/** Everything that happens, by seed: the same seed gives the same plan. */
export function planOf({ seed, minutes, sandboxUrl, queue }: PlanOptions): Plan {
	const random = randomFrom(seed);
	const lengthMs = minutes * 60_000;
	const seconds = durations(minutes);
	const runAt = (number: number, at: number, fixed: Partial<PlannedRun> = {}): PlannedRun => {
		const way = fixed.way ?? random.pick(WAYS);
		// A workflow has one trigger at most, and one such workflow is enough.
		const resource = way === 'trigger' ? 'textToVideo' : random.pick(RESOURCES);
		const amount = random.between(1, MOST_ITEMS);
		const items = itemsOf(random, { number, amount, seconds, sandboxUrl });
		return { number, at, resource, way, items, ...fixed };
	};
	const amount = Math.max(1, Math.round(minutes * RUNS_A_MINUTE));
	const runs = Array.from({ length: amount }, (_, index) =>
		runAt(index, (index * 60_000) / RUNS_A_MINUTE + random.between(0, 5000)),
	);
	const bursts: Burst[] = [];
	const every = Math.min(120_000, lengthMs / 3);
	for (let at = every / 2; at < lengthMs; at += every) {
		const ms = random.between(3000, 15_000);
		bursts.push({ at: at + random.between(0, every / 2), ms, status: random.pick([429, 503]) });
	}
	const wanted = OUTAGES.filter(([, kind]) => queue || kind !== 'killWorker');
	const outages = wanted.map(([share, kind], index): Outage => {
		const number = 9000 + index;
		const ways: Way[] = ['polling', 'signed', 'unsigned', 'trigger'];
		const way = ways[index % ways.length]!;
		const batch = runAt(number, share * lengthMs, { way });
		const slow = itemsOf(random, { number, amount: MOST_ITEMS, seconds, sandboxUrl, slow: true });
		return {
			at: share * lengthMs,
			kind,
			afterMs: random.between(500, 4000),
			batch: { ...batch, items: slow },
		};
	});
	return { runs, bursts, outages, seconds, maxWaitMinutes: minutes < 20 ? 1.5 : 6 };
}

/** 20 s to 3 min, and less in a short run. */
function durations(minutes: number): number[] {
	const most = Math.min(180, Math.max(30, Math.round(minutes) * 10));
	return Array.from({ length: Math.floor(most / 10) - 1 }, (_, index) => 20 + 10 * index);
}

interface ItemsWanted {
	number: number;
	amount: number;
	seconds: readonly number[];
	sandboxUrl: string;
	slow?: boolean;
}

function itemsOf(
	random: Random,
	{ number, amount, seconds, sandboxUrl, slow = false }: ItemsWanted,
): SoakItem[] {
	return Array.from({ length: amount }, (_, index) => {
		const fault = faultOf(random);
		const marks = [
			`takes ${random.pick(seconds)} s`,
			...(fault === 'none' ? [] : [fault]),
			...(slow ? ['slow'] : []),
		].map((mark) => `[${mark}]`);
		return {
			name: `run ${number} item ${index} ${marks.join(' ')}`,
			image: `${sandboxUrl}/images/400x300.png?n=${number * 100 + index}`,
			video: `${sandboxUrl}/videos/640x360.mp4?seconds=3&fps=10&n=${index}`,
		};
	});
}

function faultOf(random: Random): WebhookFault {
	for (const fault of ['lost', 'doubled', 'late'] as const) {
		if (random.chance(FAULT_SHARE)) return fault;
	}
	return 'none';
}
