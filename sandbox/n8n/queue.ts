import { randomBytes } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import type { Postgres } from '../services/postgres';
import { DATABASE, DATABASE_USER, startPostgres } from '../services/postgres';
import { startRedis } from '../services/redis';
import type { Service } from '../services/service';
import { n8nEnvironment } from './environment';
import { ensureN8n, N8N_VERSION } from './install';
import { installNodePackage } from './nodePackage';
import { freePorts } from './ports';
import { N8nProcess, ONE_REQUEST, respondsWithJson } from './process';
import type { N8nServer } from './server';
import { startN8n } from './server';
import { removeFolder, temporaryFolder } from './temporaryFolder';

export interface QueueOptions {
	version?: string;
	/** Tarball of a node package, installed for every process. */
	tarball: string;
	/** How many workers, default 2. */
	workers?: number;
	/** Further environment variables of all processes. */
	env?: Record<string, string>;
}

/** n8n in queue mode: a main, workers and a webhook processor, with a Redis and a PostgreSQL of their own. */
export interface QueueN8n {
	main: N8nServer;
	workers: N8nProcess[];
	webhook: N8nProcess;
	/** Where webhooks are sent; main serves webhooks, too, as it does unless told otherwise. */
	webhookUrl: string;
	database: Postgres;
	stop(): Promise<void>;
}

/** Three processes start at the same time, perhaps on a busy computer. */
const BOOT_TIMEOUT_MS = 400_000;

/** Starts all of it, throw-away, on loopback. */
export async function startQueueN8n(options: QueueOptions): Promise<QueueN8n> {
	const { version = N8N_VERSION, tarball, workers: amount = 2 } = options;
	const installed = await ensureN8n(version);
	const folder = temporaryFolder('n8n');
	const stops: Array<() => Promise<void>> = [];
	const stop = async () => {
		// Whatever was started last is stopped first: n8n complains loudly when its services go away.
		for (const each of stops.splice(0).reverse()) await each();
		removeFolder(folder);
	};
	try {
		const services = await Promise.allSettled([startRedis(), startPostgres()]);
		for (const service of services)
			if (service.status === 'fulfilled') stops.push(service.value.stop);
		const [redis, database] = services.map((service) => {
			if (service.status === 'rejected') throw service.reason;
			return service.value;
		}) as [Service, Postgres];
		await installNodePackage(tarball, nodesFolderOf(folder));

		const ports = await freePorts(2 + 2 * (amount + 1));
		const [mainPort = 0, webhookPort = 0, ...others] = ports;
		const webhookUrl = `http://127.0.0.1:${webhookPort}`;
		const shared = {
			...queueEnvironment({ redis, database }),
			N8N_ENCRYPTION_KEY: randomBytes(24).toString('base64url'),
			N8N_EDITOR_BASE_URL: `http://127.0.0.1:${mainPort}/`,
			WEBHOOK_URL: `${webhookUrl}/`,
			...options.env,
		};
		const main = await startN8n({
			version,
			port: mainPort,
			userFolder: userFolderOf(folder, 'main'),
			env: shared,
			bootTimeoutMs: BOOT_TIMEOUT_MS,
		});
		stops.push(async () => await main.stop());
		const launch = (name: string, command: 'worker' | 'webhook', port: number) => {
			const url = `http://127.0.0.1:${port}`;
			const userFolder = userFolderOf(folder, name);
			const brokerPort = others.pop() ?? 0;
			const settings = { version, port, brokerPort, userFolder, encryptionKey: '' };
			const started = new N8nProcess({
				command,
				bin: installed.bin,
				env: {
					...n8nEnvironment(settings),
					...shared,
					QUEUE_HEALTH_CHECK_PORT: String(port),
				},
				workingFolder: userFolder,
				logPath: join(userFolder, 'n8n.log'),
				isReady: async () =>
					(await respondsWithJson(url, ['/healthz', '/healthz/readiness'])) &&
					(command === 'worker' || (await knowsWebhooks(url))),
				bootTimeoutMs: BOOT_TIMEOUT_MS,
			});
			stops.push(async () => await started.halt());
			return started;
		};
		const webhook = launch('webhook', 'webhook', webhookPort);
		const workers = Array.from({ length: amount }, (_, index) =>
			launch(`worker-${index}`, 'worker', others.pop() ?? 0),
		);
		// The main process has made the tables by now.
		await Promise.all([webhook, ...workers].map(async (each) => await each.boot()));
		return { main, workers, webhook, webhookUrl, database, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** n8n 1 says that a webhook processor is ready a moment before it has any path of a webhook. */
async function knowsWebhooks(url: string): Promise<boolean> {
	try {
		const response = await fetch(`${url}/webhook-waiting/0`, { headers: ONE_REQUEST });
		return !(await response.text()).includes('Cannot GET');
	} catch {
		return false;
	}
}

function queueEnvironment(services: { redis: Service; database: Service }): Record<string, string> {
	return {
		EXECUTIONS_MODE: 'queue',
		N8N_DEFAULT_BINARY_DATA_MODE: 'database',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(services.redis.port),
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(services.database.port),
		DB_POSTGRESDB_DATABASE: DATABASE,
		DB_POSTGRESDB_USER: DATABASE_USER,
		DB_POSTGRESDB_PASSWORD: 'not needed',
	};
}

const nodesFolderOf = (folder: string) => join(folder, 'nodes');

/**
 * A folder for each process, since after a crash n8n holds up the next one in the same folder; the package
 * is there once for all.
 */
function userFolderOf(folder: string, name: string): string {
	const userFolder = join(folder, name);
	mkdirSync(join(userFolder, '.n8n'), { recursive: true });
	symlinkSync(nodesFolderOf(folder), join(userFolder, '.n8n', 'nodes'), 'dir');
	return userFolder;
}
