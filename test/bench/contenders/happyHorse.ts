import { pauseMs } from '../../../nodes/HappyHorse/waiting/pollSchedule';
import { createAndWait, NODE_TYPE } from '../../server/support/workflows/workflow';
import { OURS } from '../measure';
import { done, DONE, items, ITEMS, links, node } from './nodes';
import type { Contender } from './contender';
import { PAUSE_SECONDS, TASK_SECONDS } from './contender';

const NODE = 'Happy Horse';

interface Ways {
	waitUsing: 'webhook' | 'polling';
	/** Of the node, besides those for waiting. */
	options?: Record<string, unknown>;
	/** False for a credential without a webhook secret. */
	signed?: boolean;
}

function happyHorse({ waitUsing, options = {}, signed = true }: Ways): Pick<Contender, 'build'> {
	return {
		async build(rig, { runName, scale }) {
			const pollInterval = PAUSE_SECONDS / scale;
			const parameters = createAndWait({
				...{ waitUsing, downloadVideo: false },
				options: { ...options, ...(waitUsing === 'polling' ? { pollInterval } : {}) },
			});
			const credentials = { happyHorseApi: await rig.countedCredential(runName, { signed }) };
			const ours = node(NODE, {
				...{ type: NODE_TYPE, version: 1, credentials },
				parameters: { resource: 'imageToVideo', ...parameters },
			});
			return { nodes: [items, ours, done], connections: links([ITEMS, NODE], [NODE, DONE]) };
		},
	};
}

/** Create and Wait as it is set up by default: suspended until a webhook comes. */
export const byWebhook: Contender = {
	name: OURS,
	title: 'Happy Horse (Create and Wait)',
	...{ suspends: true, serial: false, scale: 30 },
	...happyHorse({ waitUsing: 'webhook' }),
	paused: ({ scale }) => TASK_SECONDS / scale,
};

/** Create and Wait where the provider cannot reach n8n. */
export const byPolling: Contender = {
	name: 'Happy Horse, polling',
	title: 'Happy Horse (Create and Wait, polling)',
	// The node's shortest interval is 5 s: so its 15 s cannot be made shorter than a third.
	...{ suspends: false, serial: false, scale: 3 },
	...happyHorse({ waitUsing: 'polling' }),
	paused({ count: { rounds }, scale }) {
		const pause = { intervalMs: (PAUSE_SECONDS * 1000) / scale, leftMs: Infinity };
		const pauses = Array.from({ length: rounds }, (_, round) => pauseMs(round, pause));
		return pauses.reduce((sum, ms) => sum + ms, 0) / 1000;
	},
};

/** Without a webhook secret in the credential: each webhook only says that it is time to read. */
export const byUnsignedWebhook: Contender = {
	...byWebhook,
	name: 'Happy Horse, no secret',
	title: 'Happy Horse (Create and Wait, no webhook secret)',
	...happyHorse({ waitUsing: 'webhook', signed: false }),
};

/** With an idempotency key, as the examples have it: what the item stands for. */
export const byKey: Contender = {
	...byWebhook,
	name: 'Happy Horse, key',
	title: 'Happy Horse (Create and Wait, idempotency key)',
	...happyHorse({ waitUsing: 'webhook', options: { idempotencyKey: '={{ $json.name }}' } }),
};
