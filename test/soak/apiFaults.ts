import { setTimeout as sleep } from 'node:timers/promises';

import type { SandboxControl } from '../../sandbox/api/control';
import type { Burst } from './plan';
import { burstRule } from './rules';
import type { SoakLog } from './soakLog';

const LOOK_MS = 10_000;
const LATE_MS = { least: 30_000, most: 90_000 };

/** Lets the API respond with nothing but errors, again and again for some seconds. */
export async function sendBursts(
	control: SandboxControl,
	{ bursts, log }: { bursts: readonly Burst[]; log: SoakLog },
): Promise<void> {
	for (const burst of bursts) {
		await log.at(burst.at);
		await log.attempt('a burst', async () => {
			await control.rules(burstRule(burst, Date.now()));
		});
	}
}

/** Sends the webhooks that shall be late, which the sandbox itself does not send, until all is over. */
export async function sendLateWebhooks(control: SandboxControl, log: SoakLog): Promise<void> {
	const sent = new Set<string>();
	while (!log.over) {
		await sleep(LOOK_MS);
		const seen = await log.attempt('late webhooks', async () => await control.state(Date.now()));
		for (const { taskId, status, prompt, webhookUrl } of seen?.tasks ?? []) {
			const isLate = prompt?.includes('[late]') === true;
			if (status !== 'COMPLETED' || webhookUrl === null || !isLate || sent.has(taskId)) continue;
			sent.add(taskId);
			const { least, most } = LATE_MS;
			const wait = least + ((sent.size * 7919) % (most - least));
			setTimeout(() => void control.sendWebhook(taskId).catch(() => undefined), wait);
		}
	}
}
