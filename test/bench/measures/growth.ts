import type { Measure, Row } from '../measure';
import { Rows } from '../measure';
import { publishWay, runWay } from '../rig/runWay';
import { byWebhook } from '../ways/happyHorse';
import { waitLoop } from '../ways/today';

/** Real time: a thousand orders take long enough that the first of shorter tasks would end before the last is ordered. */
const SCALE = 1;

/** A large batch, once: what `orders` shows for 1 to 100 items, continued to 1,000. */
export const growth: Measure = {
	name: 'growth',
	title: 'A large batch',
	async run(plan) {
		const scene = await plan.scene();
		const rows = new Rows();
		const ways = [byWebhook, waitLoop];
		for (const amount of plan.quick ? [10] : [1000]) {
			for (const way of ways) {
				const published = await publishWay(scene, way, SCALE);
				const cost = await runWay(scene, published, amount);
				const row = (kind: string, what: string, unit: string): Omit<Row, 'runs'> => ({
					id: `${kind}-${amount}`,
					what: `${what}, ${amount.toLocaleString('en')} items`,
					...{ unit, better: 'less' },
				});
				rows.add(row('requests', 'Requests per video', ''), way.name, cost.requests / amount);
				rows.add(row('wall', 'From start to the last video', 's'), way.name, cost.wallSeconds);
				rows.add(row('slot', 'Slot held per video', 's'), way.name, cost.slotSeconds / amount);
			}
		}
		return {
			rows: rows.all(),
			notes: [
				'One run of each way, in real time. The ways that make one video after the other would take 17 hours for 1,000 items and are not run: in the picture their lines go on as they were up to 100 items.',
				'The sandbox has no limit of 50 requests a minute; the real API has, and there every request more is time.',
			],
		};
	},
};
