import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePorts } from '../n8n/ports';
import { removeFolder, temporaryFolder } from '../n8n/temporaryFolder';
import { folderOf, postgresFolders } from './program';
import type { Service } from './service';
import { startService } from './service';

export const DATABASE = 'postgres';
export const DATABASE_USER = 'n8n';

export interface Postgres extends Service {
	/** The rows of a query, as PostgreSQL writes them as JSON. */
	rows(sql: string): Promise<Array<Record<string, unknown>>>;
	/** Locks a table in this mode, such as `EXCLUSIVE`, until the returned function runs. */
	lock(table: string, mode: string): Promise<() => Promise<void>>;
}

/** Nothing here has to be durable; main, workers and a webhook processor open connections of their own. */
const SETTINGS = {
	listen_addresses: '127.0.0.1',
	unix_socket_directories: '',
	fsync: 'off',
	synchronous_commit: 'off',
	full_page_writes: 'off',
	max_connections: '100',
};

/** A throw-away PostgreSQL on loopback that trusts everybody on this computer. */
export async function startPostgres(): Promise<Postgres> {
	const bin = folderOf(() => ({
		programs: ['postgres', 'initdb', 'psql'],
		folders: postgresFolders(),
		debianPackage: 'postgresql',
	}));
	const [port = 0] = await freePorts(1);
	const folder = temporaryFolder('postgres');
	const user = userFor(folder);
	const data = join(folder, 'data');
	const initial = ['-A', 'trust', '-U', DATABASE_USER, '-E', 'UTF8', '--locale=C', '--no-sync'];
	execFileSync(join(bin, 'initdb'), ['-D', data, ...initial], {
		stdio: 'pipe',
		cwd: folder,
		...user,
	});
	const target = ['-h', '127.0.0.1', '-p', String(port), '-U', DATABASE_USER, '-d', DATABASE];
	const psql = async (sql: string) => {
		const args = [...target, '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', sql];
		const { stdout } = await promisify(execFile)(join(bin, 'psql'), args, {
			maxBuffer: 512 * 1024 * 1024,
		});
		return stdout;
	};
	const service = await startService({
		command: join(bin, 'postgres'),
		args: [
			...['-D', data, '-p', String(port)],
			...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
		],
		// It ends without waiting for its clients.
		signal: 'SIGINT',
		user,
		port,
		isReady: async () =>
			await psql('SELECT 1').then(
				() => true,
				() => false,
			),
		cleanUp: () => removeFolder(folder),
	});
	return {
		...service,
		async rows(sql) {
			const text = await psql(`SELECT coalesce(json_agg(found), '[]') FROM (${sql}) found`);
			return JSON.parse(text) as Array<Record<string, unknown>>;
		},
		async lock(table, mode) {
			const session = spawn(join(bin, 'psql'), [...target, '-X', '-q', '-v', 'ON_ERROR_STOP=1']);
			const ended = once(session, 'exit');
			const locked = once(session.stdout, 'data');
			session.stdin.write(`BEGIN; LOCK TABLE ${table} IN ${mode} MODE; SELECT 'locked';\n`);
			const failed = ended.then(() => {
				throw new Error(`PostgreSQL did not lock ${table}.`);
			});
			await Promise.race([locked, failed]);
			failed.catch(() => undefined);
			return async () => {
				// Without its COMMIT, the transaction ends with the session.
				session.stdin.end();
				await ended;
			};
		},
	};
}

/** PostgreSQL does not run as root: then it runs as its own user or `nobody`, who gets the folder. */
function userFor(folder: string): { uid: number; gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const user = idsOf('postgres') ?? idsOf('nobody');
	if (user === undefined) throw new Error('There is no user that PostgreSQL could run as.');
	chownSync(folder, user.uid, user.gid);
	chmodSync(folder, 0o700);
	return user;
}

function idsOf(name: string): { uid: number; gid: number } | undefined {
	try {
		const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }));
		return { uid: id('-u'), gid: id('-g') };
	} catch {
		return undefined;
	}
}
