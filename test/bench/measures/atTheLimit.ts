import { carefulWaitLoop, loopOverItems, serialNode, waitLoop } from '../contenders/alternatives';
import type { Contender } from '../contenders/contender';
import { byPolling, byUnsignedWebhook, byWebhook } from '../contenders/happyHorse';
import type { Findings, Measure, Plan, Row } from '../measure';
import { Rows } from '../measure';
import { batchOf, paidFor, videosOf } from '../rig/paidRun';
import type { Rig } from '../rig/rig';
import { withOwnApi } from '../rig/rig';
import { publishContender } from '../rig/runContender';

/** What a key may send, as the provider documents it. */
const PER_MINUTE = 50;

/** The clock of those that make one video after the other: 200 videos of a minute would take them 3.5 hours. */
const SERIAL_PACE = 20;

interface Way {
	contender: Contender;
	/** By how much tasks, pauses and the minute of the limit are shorter. */
	pace: number;
}

const WAYS: readonly Way[] = [
	...[byWebhook, byUnsignedWebhook, byPolling].map((contender) => ({ contender, pace: 1 })),
	...[waitLoop, carefulWaitLoop].map((contender) => ({ contender, pace: 1 })),
	...[loopOverItems, serialNode].map((contender) => ({ contender, pace: SERIAL_PACE })),
];

const HOUR_MS = 3_600_000;

interface Outcome {
	amount: number;
	contender: string;
	out: number;
	paid: number;
	requests: number;
	minutes: number;
}

/** What comes out of a batch where the API takes 50 requests a minute. */
export const atTheLimit: Measure = {
	name: 'limit',
	title: 'At 50 requests a minute',
	async run(plan) {
		const rig = await plan.rig();
		const rows = new Rows();
		for (const amount of plan.quick ? [3] : [50, 200]) {
			// All at once: they wait nearly all the time, each for an API of its own.
			const outcomes = await Promise.all(WAYS.map(async (way) => await run(rig, way, amount)));
			for (const outcome of outcomes) add(rows, outcome);
		}
		return { rows: sorted(rows.all()), notes: notesOn(plan) } satisfies Findings;
	},
};

async function run(rig: Rig, { contender, pace }: Way, amount: number): Promise<Outcome> {
	const own = await withOwnApi(rig, { requestsPerMinute: PER_MINUTE * pace });
	try {
		const published = await publishContender(own, contender, { scale: pace });
		const { runName, workflow } = published;
		const execution = await workflow.run(batchOf(own, runName, amount), HOUR_MS);
		const { creates, lists, gets } = own.meter.count(runName);
		return {
			amount,
			contender: contender.name,
			out: videosOf(execution).size,
			paid: await paidFor(own, published),
			requests: creates + lists + gets,
			minutes: minutesOf(execution.startedAt, execution.stoppedAt) * pace,
		};
	} finally {
		await own.close();
	}
}

const minutesOf = (from: Date | undefined, to: Date | undefined): number =>
	((to?.getTime() ?? NaN) - (from?.getTime() ?? NaN)) / 60_000;

function add(rows: Rows, { amount, contender, ...outcome }: Outcome): void {
	const row = (kind: string, what: string, fields: Pick<Row, 'unit' | 'better'>) => ({
		...{ id: `limit-${kind}-${amount}`, what: `${what}, ${amount} items`, ...fields },
	});
	const { out, paid, requests, minutes } = outcome;
	rows.add(row('out', 'Videos that came out', { unit: '', better: 'more' }), contender, out);
	rows.add(
		row('lost', 'Videos paid for that did not', { unit: '', better: 'less' }),
		contender,
		paid - out,
	);
	rows.add(
		row('posts', 'Videos paid for per item', { unit: '', better: 'less' }),
		contender,
		paid / amount,
	);
	rows.add(
		row('requests', 'Requests per item', { unit: '', better: 'less' }),
		contender,
		requests / amount,
	);
	rows.add(
		row('minutes', 'To the end of the execution', { unit: 'min', better: 'less' }),
		contender,
		minutes,
	);
}

const KINDS = ['out', 'lost', 'posts', 'requests', 'minutes'];

function sorted(rows: Row[]): Row[] {
	const place = ({ id }: Row) => KINDS.indexOf(id.split('-')[1]!);
	return rows.sort((one, other) => place(one) - place(other));
}

function notesOn({ quick }: Plan): string[] {
	const sizes = quick ? '3' : '50 and 200';
	return [
		`Batches of ${sizes} images, each video takes 60 s, each way has an API of its own that responds with 429 with Retry-After beyond ${PER_MINUTE} requests in any minute. In real time, but for the two that make one video after the other: their tasks, pauses and the minute of the limit are ${SERIAL_PACE} times shorter, and the time is multiplied by that (n8n's own work with it).`,
		'"Wait + IF" is HTTP Request, Wait 15 s, HTTP Request, IF as they come. Its execution ends with the first 429: what was paid for by then does not come out, and its time is the time to that end. "Wait + IF, slowed" is the same, built by a user who knows the limit: 1.3 s between requests and Retry On Fail with 5 tries.',
	];
}
