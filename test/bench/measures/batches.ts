import { loopOverItems, serialNode, waitForWebhook, waitLoop } from '../contenders/alternatives';
import type { Contender } from '../contenders/contender';
import { byPolling, byWebhook } from '../contenders/happyHorse';
import type { Findings, Measure, Plan, Row } from '../measure';
import { inTurn, Rows } from '../measure';
import type { Rig } from '../rig/rig';
import type { Cost, PublishedContender } from '../rig/runContender';
import { publishContender, runContender } from '../rig/runContender';

/** These take turns: each runs alone. */
const ALONE = [byWebhook, waitLoop];

/** These sleep nearly all the time, some of them for minutes: all of their runs go side by side. */
const SLEEPERS = [byPolling, loopOverItems, waitForWebhook, serialNode];

/**
 * By how much tasks are shorter, for each number of items. A hundred create requests at once take a second or two, in which
 * short tasks would already end; and twenty executions that start at once fill short pauses with n8n's own work.
 */
const SIZES = [
	{ amount: 1, alone: 12, asleep: 6 },
	{ amount: 20, alone: 12, asleep: 20 },
	{ amount: 100, alone: 6, asleep: 30 },
];

/** A busy computer must be able to keep up when only a try is made. */
const QUICK_SIZES = [
	{ amount: 1, alone: 6, asleep: 6 },
	{ amount: 3, alone: 6, asleep: 6 },
];

/** Requests, time and slots from images to videos, for every contender and number of items. */
export const batches: Measure = {
	name: 'batches',
	title: 'From images to videos',
	async run(plan) {
		const rig = await plan.rig();
		const rows = new Rows();
		for (const { amount, alone: aloneScale, asleep } of plan.quick ? QUICK_SIZES : SIZES) {
			const alone = await publish(rig, ALONE, aloneScale);
			for (let round = 0; round < plan.repeats; round++) {
				for (const published of inTurn(alone, round)) {
					add(rows, { amount, published, cost: await runContender(rig, published, amount) });
				}
			}
			const sleepers = await Promise.all(
				Array.from({ length: plan.repeats }, async () => await publish(rig, SLEEPERS, asleep)),
			);
			const all = sleepers.flat();
			const costs = await Promise.all(
				all.map(async (published) => await runContender(rig, published, amount)),
			);
			for (const [index, cost] of costs.entries()) {
				add(rows, { amount, published: all[index]!, cost });
			}
		}
		return { rows: sorted(rows.all()), notes: notesOn(plan) } satisfies Findings;
	},
};

async function publish(rig: Rig, contenders: readonly Contender[], mostScale: number) {
	return await Promise.all(
		contenders.map(
			async (contender) =>
				await publishContender(rig, contender, { scale: Math.min(contender.scale, mostScale) }),
		),
	);
}

function add(
	rows: Rows,
	{ amount, published, cost }: { amount: number; published: PublishedContender; cost: Cost },
): void {
	const { name } = published.contender;
	const items = amount === 1 ? '1 item' : `${amount} items`;
	const row = (kind: string, what: string, unit: string): Omit<Row, 'runs'> => ({
		...{ id: `${kind}-${amount}`, what: `${what}, ${items}`, unit, better: 'less' },
	});
	rows.add(row('requests', 'Requests to the API per video', ''), name, cost.requests / amount);
	rows.add(row('wall', 'From start to the last video', 's'), name, cost.wallSeconds);
	rows.add(row('slot', 'Slot held per video', 's'), name, cost.slotSeconds / amount);
}

const KINDS = ['requests', 'wall', 'slot'];

function sorted(rows: Row[]): Row[] {
	const place = ({ id }: Row) => KINDS.indexOf(id.split('-')[0]!);
	return rows.sort((one, other) => place(one) - place(other));
}

function notesOn({ quick }: Plan): string[] {
	const scales = (quick ? QUICK_SIZES : SIZES)
		.map(({ amount, alone, asleep }) => {
			const [first, second] = [ALONE, SLEEPERS].map((contenders) =>
				contenders.map(({ name }) => name).join(', '),
			);
			const items = amount === 1 ? '1 item' : `${amount} items`;
			return `${items}: ${alone} for ${first}, ${asleep} for ${second}`;
		})
		.join('; ');
	return [
		`Each video takes 60 s, and users pause 15 s. To measure hours in minutes, the tasks and the pauses of each alternative are shorter by the same factor (${scales}; never more than 3 for polling). n8n's own work is not made faster. Each time is what was measured, with the pauses before the last video counted once at their full length; nothing else is multiplied.`,
		`60 s is a multiple of 15 s, which favours everything that polls every 15 s: on average a finished video is ready 7.5 s before the next poll.`,
		`The slot is held while n8n's own record of the execution says "running". "Wait on webhook" trusts anyone who sends to its URL; Happy Horse checks the signature of each webhook, and looks at the list of tasks once before it is suspended: that is one request more for 1 item, and a twentieth of a request per video for 20. Without a webhook secret it reads each task, too.`,
	];
}
