import type { Measure, Row } from '../measure';
import { Rows } from '../measure';
import { publishContender, runContender } from '../rig/runContender';
import { byPolling, byWebhook } from '../contenders/happyHorse';
import { waitLoop } from '../contenders/alternatives';

/** Real time: a thousand create requests take long enough that the first of shorter tasks would end before the last is created. */
const SCALE = 1;

/**
 * The API looks at the image before it responds, which takes a while. With responses at once, a thousand videos would
 * finish within half a minute, and n8n would drown in their webhooks: see the notes.
 */
const CREATE_MS = 400;

/** A large batch, once: what `batches` shows for 1 to 100 items, continued to 1,000. */
export const growth: Measure = {
	name: 'growth',
	title: 'A large batch',
	async run(plan) {
		const rig = await plan.rig();
		const rows = new Rows();
		const contenders = [byWebhook, byPolling, waitLoop];
		for (const amount of plan.quick ? [10] : [1000]) {
			for (const contender of contenders) {
				const published = await publishContender(rig, contender, {
					scale: SCALE,
					createMs: CREATE_MS,
				});
				const cost = await runContender(rig, published, amount);
				const row = (kind: string, what: string, unit: string): Omit<Row, 'runs'> => ({
					id: `${kind}-${amount}`,
					what: `${what}, ${amount.toLocaleString('en')} items`,
					...{ unit, better: 'less' },
				});
				rows.add(row('requests', 'Requests per video', ''), contender.name, cost.requests / amount);
				rows.add(
					row('wall', 'From start to the last video', 's'),
					contender.name,
					cost.wallSeconds,
				);
				rows.add(
					row('slot', 'Slot held per video', 's'),
					contender.name,
					cost.slotSeconds / amount,
				);
			}
		}
		return {
			rows: rows.all(),
			notes: [
				'One run of each, in real time; the API takes 0.4 s for a create request. The alternatives that make one video after the other would take 17 hours for 1,000 items and are not run: in the chart their lines continue as they were up to 100 items.',
				'Wait + IF sends all 1,000 create requests at the same moment, and polls all tasks at the same moment: HTTP Request has no other limit than pauses. Happy Horse sends five create requests at a time. The sandbox accepts both; the real API takes about 50 requests a minute, at which 1,000 create requests alone take 20 minutes with any of them, and each further request takes more time.',
				'With webhooks, n8n receives three requests for each video, and for each of them 2.41.1 reads the whole execution and builds a JavaScript engine, as it does for its own Wait node: [What n8n is busy with for a webhook](#what-n8n-is-busy-with-for-a-webhook) has a CPU profile that `npm run bench -- cpu` takes again. So it takes about 20 webhooks a second here, whatever the node does. Beyond that its queue grows: in a try with 1,000 create requests in 27 s, n8n responded "Database is not ready!" until the sender gave up, and nothing but Max Wait would have ended the wait. At 50 create requests a minute there are 2.5 webhooks a second.',
			],
		};
	},
};
