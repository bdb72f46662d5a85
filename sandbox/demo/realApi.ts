import { createInterface } from 'node:readline/promises';

import type { LiveTask } from './progress';

export const REAL_SECONDS = 3;
const DEFAULT_BASE = 'https://api.magnific.com';
const LIST_PATHS = [
	'/v1/ai/image-to-video/happy-horse-1',
	'/v1/ai/reference-to-video/happy-horse-1',
];
const VIDEOS = 4;
const LIST_EVERY_MS = 10_000;

export interface RealApi {
	key: string;
	/** Only when a gateway is used instead of the provider's own URL. */
	baseUrl?: string;
}

/** The real API when the environment names a key, else undefined: the sandbox is used then. */
export function realApiFrom(env: NodeJS.ProcessEnv): RealApi | undefined {
	const key = env.HAPPY_HORSE_API_KEY?.trim();
	if (!key) return undefined;
	const baseUrl = env.HAPPY_HORSE_BASE_URL?.trim().replace(/\/+$/, '');
	return baseUrl ? { key, baseUrl } : { key };
}

/** What the demo is about to spend, in words. */
export function costNotice({ baseUrl = DEFAULT_BASE }: RealApi): string {
	return `HAPPY_HORSE_API_KEY is set: this demo will use the REAL API (${new URL(baseUrl).host}).
It uploads the five example images and creates ${VIDEOS} videos of ${REAL_SECONDS} seconds in 720P
(${VIDEOS * REAL_SECONDS} seconds of video in all). They cost real credits of the account that the key belongs to.
Without HAPPY_HORSE_API_KEY the demo runs free of charge on a local sandbox.
`;
}

/** Prompts on the terminal; throws when there is none. `--yes` makes this unnecessary. */
export async function confirmCost(api: RealApi): Promise<boolean> {
	console.log(costNotice(api));
	if (!process.stdin.isTTY) {
		throw new Error(
			'There is no terminal to confirm the cost on. Add --yes to agree: npm run demo -- --yes',
		);
	}
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	// readline keeps Ctrl-C for itself: hand it on to the one place that stops everything.
	terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
	try {
		const reply = await terminal.question('Create the four videos now? Type "yes" to agree: ');
		return /^y(es)?$/i.test(reply.trim());
	} finally {
		terminal.close();
	}
}

/** The data of the credential to make for a key. */
export function credentialData({ key, baseUrl }: RealApi): Record<string, unknown> {
	return baseUrl
		? { provider: 'custom', baseUrl, apiKey: key, webhookSecret: '' }
		: { provider: 'magnific', apiKey: key, webhookSecret: '' };
}

/** Follows the tasks that appear in the account's lists from now on; polls every 10 s at most. */
export async function followNewTasks(api: RealApi): Promise<() => Promise<LiveTask[]>> {
	const listOf = async (path: string): Promise<LiveTask[]> => {
		const response = await fetch((api.baseUrl ?? DEFAULT_BASE) + path, {
			headers: { 'x-magnific-api-key': api.key },
			redirect: 'error',
			signal: AbortSignal.timeout(15_000),
		});
		if (!response.ok) return [];
		const { data = [] } = (await response.json()) as {
			data?: Array<{ task_id: string; status: string }>;
		};
		return data.map(({ task_id, status }) => ({ taskId: task_id, status }));
	};
	const list = async () => (await Promise.all(LIST_PATHS.map(listOf))).flat();
	const before = new Set((await list().catch(() => [])).map(({ taskId }) => taskId));
	let lastPoll = 0;
	let seen: LiveTask[] = [];
	return async () => {
		if (Date.now() - lastPoll < LIST_EVERY_MS) return seen;
		lastPoll = Date.now();
		// This list only decorates the wait: the node does its own, and knows what to do on errors.
		const now = await list().catch(() => undefined);
		if (now) seen = now.filter(({ taskId }) => !before.has(taskId)).reverse();
		return seen;
	};
}
