import { passedOn } from '../../server/support/workflows/triggerWorkflow';
import type { Measure, Plan, Row } from '../measure';
import { inTurn, Rows } from '../measure';
import type { Rig } from '../rig/rig';
import { startRig } from '../rig/rig';
import type { Rate } from '../rig/triggerTargets';
import { CAREFUL, CONNECTIONS, ENGINE_FOR_ALL, flood, triggerTargets } from '../rig/triggerTargets';

const row = (id: string, what: string): Omit<Row, 'runs'> => ({
	...{ id, what, unit: '1/s', better: 'more' },
});

/** Webhooks per second: ours verified and confirmed, n8n's own Webhook node without any check. */
export const triggerRate: Measure = {
	name: 'trigger',
	title: 'Webhooks per second through the trigger',
	async run(plan) {
		const rows = new Rows();
		const asItComes = await plan.rig();
		await compare(asItComes, plan, (contender, { responded, ended }) => {
			rows.add(row('accepted', 'Signed webhooks accepted'), contender, responded);
			rows.add(row('ended', 'Executions ended'), contender, ended);
		});
		const engineForAll = await startRig(ENGINE_FOR_ALL);
		try {
			await compare(engineForAll, plan, (contender, { ended }) => {
				rows.add(
					row('ended-alike', 'Executions ended, an engine for each webhook'),
					contender,
					ended,
				);
			});
		} finally {
			await engineForAll.close();
		}
		return {
			rows: rows.all(),
			notes: [
				`${amountOf(plan)} webhooks over ${CONNECTIONS} connections. They come to the URL that Happy Horse gives to the API with each task. Happy Horse Trigger verifies each signature and drops repeated webhooks; the Webhook node accepts everything. "${CAREFUL}" is the closest that can be built from n8n's own nodes: it compares a key that the client sends, and an HTTP Request reads the task.`,
				"n8n builds a JavaScript engine, some 60 ms of CPU, for each webhook, but not for those of its own Webhook node without expressions. The last row takes this exemption away with n8n's setting `N8N_EXPRESSION_ENGINE_ALLOW_WEBHOOK_ISOLATE_SKIP=false`: what is left is what the nodes do. Happy Horse Trigger records each video in n8n's database, so that no process passes one on twice.",
			],
		};
	},
};

const amountOf = ({ quick }: Plan) => (quick ? 20 : 100);

/** Sends the same number of webhooks to each, in turns. */
async function compare(
	rig: Rig,
	plan: Plan,
	add: (contender: string, rate: Rate) => void,
): Promise<void> {
	const targets = await triggerTargets(rig);
	const amount = amountOf(plan);
	for (let round = 0; round < plan.repeats; round++) {
		for (const target of inTurn(targets, round)) {
			add(target.contender, await flood(rig, target, amount));
		}
	}
	const [ours] = targets;
	const passed = passedOn(rig.testServer.n8n, ours!.id).map(({ task_id }) => task_id);
	const videos = new Set(passed).size;
	if (videos !== amount * plan.repeats) throw new Error(`${videos} videos passed the trigger`);
}
