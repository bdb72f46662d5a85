import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { N8nClient } from './client';
import { n8nEnvironment } from './environment';
import { ensureN8n, N8N_VERSION, type InstalledN8n } from './install';
import { listPackage } from './listPackage';
import { installNodePackage } from './nodePackage';
import { freePorts } from './ports';
import { N8nProcess, respondsWithJson } from './process';
import { removeFolder, temporaryFolder } from './temporaryFolder';

export interface StartOptions {
	/** n8n version; fetched into the cache when missing. Default: the demo's. */
	version?: string;
	/** Tarball of a node package (see `packNodePackage`), installed as a community package. */
	tarball?: string;
	/** Further environment variables; they win over the defaults. */
	env?: Record<string, string>;
	port?: number;
	/** Default: a fresh folder, removed by `stop()`. A given folder is never removed. */
	userFolder?: string;
	/** Path of the log file; default `<user folder>/n8n.log`. */
	log?: string;
	/** A user folder of the same version; the fresh one begins as a copy of it. */
	from?: string;
	/** Keep the fresh folder after `stop()`. */
	keepFolder?: boolean;
	/** How long n8n may take to start, default 120 s. */
	bootTimeoutMs?: number;
}

/** A real n8n of our own, in a process group of its own, on loopback. */
export class N8nServer {
	readonly url: string;
	readonly client: N8nClient;
	private readonly process: N8nProcess;

	constructor(
		readonly port: number,
		readonly userFolder: string,
		readonly logPath: string,
		private readonly launch: {
			installed: InstalledN8n;
			env: Record<string, string>;
			removeFolder: boolean;
			bootTimeoutMs: number;
		},
	) {
		this.url = `http://127.0.0.1:${port}`;
		this.client = new N8nClient(this.url);
		const { installed, env, bootTimeoutMs } = launch;
		this.process = new N8nProcess({
			command: 'start',
			bin: installed.bin,
			env,
			workingFolder: userFolder,
			logPath,
			isReady: async () =>
				await respondsWithJson(this.url, ['/healthz/readiness', '/rest/settings']),
			bootTimeoutMs,
		});
	}

	get databasePath(): string {
		return join(this.userFolder, '.n8n', 'database.sqlite');
	}

	/** Process ID of n8n, 0 when it does not run. */
	get pid(): number {
		return this.process.pid;
	}

	/** Everything n8n printed so far, over all starts. */
	log(): string {
		return this.process.log();
	}

	/** Starts n8n and resolves when its REST API responds; throws with the end of the log. */
	async boot(): Promise<void> {
		await this.process.boot();
	}

	/** Tells n8n to stop (SIGTERM), kills it after 15 s, and removes the throw-away folder. */
	async stop(): Promise<void> {
		await this.process.halt();
		if (this.launch.removeFolder) removeFolder(this.userFolder);
	}

	/** Kills n8n at once, as a power cut would. The folder stays: see `restart`. */
	async kill9(): Promise<void> {
		await this.process.kill9();
	}

	/** Stops n8n if it runs and starts it again with the same folder, port and logins. */
	async restart(): Promise<void> {
		await this.process.halt();
		await this.process.boot();
	}

	/** From now on our process need not wait for n8n to end, and ends it by ending itself. */
	letRun(): void {
		this.process.letRun();
	}

	/** Synchronous, for the last moment of our own process. */
	killNow(): void {
		this.process.killNow();
	}
}

/**
 * Starts a throw-away n8n, with a node package installed in it when a tarball is given. The owner
 * is not set up yet, unless `from` has one: use `client.setupOwner()`.
 */
export async function startN8n(options: StartOptions = {}): Promise<N8nServer> {
	const version = options.version ?? N8N_VERSION;
	const installed = await ensureN8n(version);
	const [freePort = 0, brokerPort = 0] = await freePorts(2);
	const port = options.port ?? freePort;
	const userFolder =
		options.userFolder ?? temporaryFolder('n8n', { keep: options.keepFolder === true });
	if (options.from !== undefined) cpSync(options.from, userFolder, { recursive: true });
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	mkdirSync(nodesFolder, { recursive: true });
	const manifest =
		options.tarball === undefined
			? undefined
			: await installNodePackage(options.tarball, nodesFolder);
	const settings = {
		version,
		port,
		brokerPort,
		userFolder,
		encryptionKey: encryptionKeyOf(userFolder),
	};
	const isThrowAway = options.userFolder === undefined && options.keepFolder !== true;
	const server = new N8nServer(port, userFolder, options.log ?? join(userFolder, 'n8n.log'), {
		installed,
		env: {
			...n8nEnvironment(settings),
			...(isThrowAway ? { HAPPY_HORSE_THROW_AWAY: userFolder } : {}),
			...options.env,
		},
		removeFolder: isThrowAway,
		bootTimeoutMs: options.bootTimeoutMs ?? 120_000,
	});
	try {
		await server.boot();
		if (manifest) await listPackage(server, manifest);
	} catch (error) {
		await server.stop();
		throw error;
	}
	return server;
}

/** The key of a user folder that was used before; n8n does not start with another one. */
function encryptionKeyOf(userFolder: string): string {
	const config = join(userFolder, '.n8n', 'config');
	if (!existsSync(config)) return randomBytes(24).toString('base64url');
	return (JSON.parse(readFileSync(config, 'utf8')) as { encryptionKey: string }).encryptionKey;
}
