/** Workflows as users build them today, from n8n's own nodes. */
import { SERIAL_NODE } from '../rig/rig';
import {
	create,
	CREATE,
	done,
	DONE,
	finished,
	FINISHED,
	items,
	ITEMS,
	links,
	loop,
	LOOP,
	node,
	pause,
	PAUSE,
	read,
	READ,
	untilWebhook,
} from './nodes';
import type { Ended, Contender } from './contender';
import { PAUSE_SECONDS, TASK_SECONDS } from './contender';

/** n8n has written down how often the Wait node has run. */
function pausesTaken({ execution, scale }: Ended): number {
	return ((execution.runData[PAUSE] ?? []).length * PAUSE_SECONDS) / scale;
}

function waiting(careful: boolean): Pick<Contender, 'build'> {
	return {
		async build({ meter, headerAuth }, { runName, scale }) {
			const api = { base: meter.base(runName), auth: headerAuth, careful };
			return {
				nodes: [
					...[items, create(api), pause(PAUSE_SECONDS / scale), read(api)],
					...[finished('$json.data.status'), done],
				],
				connections: links(
					...[
						[ITEMS, CREATE],
						[CREATE, PAUSE],
						[PAUSE, READ],
						[READ, FINISHED],
					],
					[FINISHED, DONE, PAUSE],
				),
			};
		},
	};
}

/** All items at once: HTTP Request, Wait, HTTP Request, IF, and back to Wait with what is not finished. */
export const waitLoop: Contender = {
	name: 'Wait + IF',
	title: 'HTTP Request + Wait 15 s + IF loop',
	...{ suspends: false, serial: false, scale: 30 },
	...waiting(false),
	paused: pausesTaken,
};

/** The same by a user who knows the limit of the API: a pause between the requests, and Retry On Fail. */
export const carefulWaitLoop: Contender = {
	...waitLoop,
	name: 'Wait + IF, slowed',
	title: 'HTTP Request (1.3 s between requests, Retry On Fail) + Wait 15 s + IF loop',
	...waiting(true),
};

/** The same, one item after the other. */
export const loopOverItems: Contender = {
	name: 'Loop Over Items',
	title: 'HTTP Request + Wait 15 s + IF in Loop Over Items',
	...{ suspends: false, serial: true, scale: 30 },
	async build({ meter, headerAuth }, { runName, scale }) {
		const api = { base: meter.base(runName), auth: headerAuth };
		return {
			nodes: [
				...[items, loop, create(api), pause(PAUSE_SECONDS / scale), read(api)],
				...[finished('$json.data.status'), done],
			],
			connections: links(
				...[
					[ITEMS, LOOP],
					[LOOP, DONE, CREATE],
					[CREATE, PAUSE],
					[PAUSE, READ],
				],
				...[
					[READ, FINISHED],
					[FINISHED, LOOP, PAUSE],
				],
			),
		};
	},
	paused: pausesTaken,
};

/** One item after the other, suspended: any webhook continues the Wait node, so it waits again until the last one. */
export const waitForWebhook: Contender = {
	name: 'Wait on webhook',
	title: 'HTTP Request + Wait "On Webhook Call" in Loop Over Items',
	...{ suspends: true, serial: true, scale: 30 },
	async build({ meter, headerAuth }, { runName }) {
		const api = { base: meter.base(runName), auth: headerAuth };
		return {
			nodes: [
				...[items, loop, create(api, ', webhook_url: $execution.resumeUrl'), untilWebhook()],
				...[finished('$json.body.status'), done],
			],
			connections: links(
				...[
					[ITEMS, LOOP],
					[LOOP, DONE, CREATE],
					[CREATE, PAUSE],
					[PAUSE, FINISHED],
				],
				[FINISHED, LOOP, PAUSE],
			),
		};
	},
	paused: ({ amount, scale }) => (amount * TASK_SECONDS) / scale,
};

/** A node that creates and polls inside its run, item by item, as n8n's own video nodes do. */
export const serialNode: Contender = {
	name: 'Serial node',
	title: 'A node like the built-in video nodes (creates and polls inside its run)',
	...{ suspends: false, serial: true, scale: 30 },
	async build({ meter, headerAuth }, { runName, scale }) {
		const name = 'Serial video';
		const parameters = { baseUrl: meter.base(runName), pauseSeconds: PAUSE_SECONDS / scale };
		const credentials = { httpHeaderAuth: headerAuth };
		const serial = node(name, { type: SERIAL_NODE, version: 1, parameters, credentials });
		return { nodes: [items, serial, done], connections: links([ITEMS, name], [name, DONE]) };
	},
	// It polls once right after creating, and once after each pause.
	paused: ({ count, amount, scale }) => ((count.gets - amount) * PAUSE_SECONDS) / scale,
};
