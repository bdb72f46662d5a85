import { statSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { spawnSandboxApi } from '../../sandbox/api/spawn';
import type { N8nClient } from '../../sandbox/n8n/client';
import { N8nClient as Client } from '../../sandbox/n8n/client';
import { packNodePackage } from '../../sandbox/n8n/nodePackage';
import { startQueueN8n } from '../../sandbox/n8n/queue';
import { startN8n } from '../../sandbox/n8n/server';
import type { TestServer } from '../server/support/testServer/testServer';
import { setUp } from '../server/support/testServer/testServer';
import type { OutageKind } from './plan';

/** A process of n8n that is measured. */
export interface Watched {
	name: string;
	process: { readonly pid: number; log(): string };
	/** Where in its log its present life begins. */
	bornAt: number;
	/** How often it was started. */
	life: number;
}

/** What the soak runs on: one n8n, or queue mode. */
export interface Deployment {
	name: 'one' | 'queue';
	testServer: TestServer;
	/** Where webhooks that start executions go. */
	door: N8nClient;
	watched: Watched[];
	outage(kind: OutageKind): Promise<void>;
	databaseBytes(): Promise<number>;
	logs(): Record<string, string>;
	close(): Promise<void>;
}

const REAL_TIME = { speed: 1, taskSeconds: 60, videoQuality: 'small' } as const;

/** All executions are kept, so that they can be counted; each process tells its memory on a port of its own. */
const ENV = { EXECUTIONS_DATA_PRUNE: 'false', NODE_OPTIONS: '--inspect=127.0.0.1:0' };

const BOOT_TIMEOUT_MS = 400_000;

const WORKER_AWAY_MS = 20_000;

const watch = (name: string, process: Watched['process']): Watched => ({
	name,
	process,
	bornAt: 0,
	life: 1,
});

function reborn(watched: Watched): void {
	watched.bornAt = watched.process.log().length;
	watched.life += 1;
}

export async function oneN8n(): Promise<Deployment> {
	const tarball = await packNodePackage();
	const sandbox = await spawnSandboxApi(REAL_TIME);
	const n8n = await startN8n({ tarball, env: ENV, bootTimeoutMs: BOOT_TIMEOUT_MS });
	const close = async () => void (await Promise.all([n8n.stop(), sandbox.stop()]));
	const testServer = await setUp({ sandbox, n8n, close });
	const main = watch('n8n', n8n);
	return {
		name: 'one',
		testServer,
		door: n8n.client,
		watched: [main],
		async outage(kind) {
			if (kind === 'kill') await n8n.kill9();
			reborn(main);
			await n8n.restart();
		},
		databaseBytes: async () =>
			['', '-wal'].reduce((sum, end) => sum + sizeOf(n8n.databasePath + end), 0),
		logs: () => ({ n8n: n8n.log() }),
		close,
	};
}

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

export async function queueMode(): Promise<Deployment> {
	const tarball = await packNodePackage();
	const sandbox = await spawnSandboxApi(REAL_TIME);
	const queue = await startQueueN8n({ tarball, env: ENV });
	const { main, workers, webhook, database } = queue;
	const close = async () => {
		await queue.stop();
		await sandbox.stop();
	};
	const door = new Client(queue.webhookUrl);
	const testServer = await setUp({ sandbox, n8n: main, door, close });
	const [first] = workers;
	const watchedMain = watch('main', main);
	const watchedWorkers = workers.map((worker, index) => watch(`worker ${index + 1}`, worker));
	return {
		name: 'queue',
		testServer,
		door,
		watched: [watchedMain, ...watchedWorkers, watch('webhook processor', webhook)],
		async outage(kind) {
			if (kind === 'killWorker') {
				await first!.kill9();
				await sleep(WORKER_AWAY_MS);
				reborn(watchedWorkers[0]!);
				await first!.boot();
				return;
			}
			if (kind === 'kill') await main.kill9();
			reborn(watchedMain);
			await main.restart();
		},
		async databaseBytes() {
			const [row] = await database.rows('SELECT pg_database_size(current_database()) AS bytes');
			return Number(row?.bytes);
		},
		logs: () => ({
			main: main.log(),
			webhook: webhook.log(),
			...Object.fromEntries(workers.map((each, index) => [`worker${index + 1}`, each.log()])),
		}),
		close,
	};
}
