import { delimiter, dirname } from 'node:path';

export interface N8nSettings {
	version: string;
	port: number;
	brokerPort: number;
	userFolder: string;
	encryptionKey: string;
}

// What a person set up for an n8n (or a paid API) of their own must not reach the throw-away one. With the
// NODE_ENV "test", which jest sets, n8n 2.41.1 ends at once without a word.
const FOREIGN = new RegExp(
	'^(N8N_|DB_|QUEUE_|EXECUTIONS_|CREDENTIALS_|OFFLOAD_|GENERIC_|EXTERNAL_|NODE_FUNCTION_' +
		'|HAPPY_HORSE_|npm_|NODE_ENV$|WEBHOOK_URL$|NODE_OPTIONS$|INIT_CWD$)',
	'i',
);

/** By default requests at the same moment fail with "cannot start a transaction within a transaction". */
const OF_N8N_1 = { DB_SQLITE_POOL_SIZE: '4' };

/**
 * It would request a list from api.n8n.io. n8n does not start with the name of a module that it does not know: 2.14.2 does not know
 * this one, 2.23.4 does.
 */
const MCP_REGISTRY = { N8N_DISABLED_MODULES: 'mcp-registry' };

const hasMcpRegistry = (version: string): boolean => {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return major > 2 || (major === 2 && minor >= 23);
};

/**
 * The environment of a throw-away n8n: on loopback only, without telemetry, with the
 * running Node first on PATH (n8n starts its task runner as plain `node`).
 */
export function n8nEnvironment(
	{ version, port, brokerPort, userFolder, encryptionKey }: N8nSettings,
	inherited: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
	const env: Record<string, string> = {};
	for (const [name, value] of Object.entries(inherited)) {
		if (value !== undefined && !FOREIGN.test(name)) env[name] = value;
	}
	const pathName = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
	env[pathName] = [dirname(process.execPath), env[pathName]].filter(Boolean).join(delimiter);
	const url = `http://127.0.0.1:${port}/`;
	return {
		...env,
		N8N_USER_FOLDER: userFolder,
		N8N_ENCRYPTION_KEY: encryptionKey,
		N8N_PORT: String(port),
		N8N_HOST: '127.0.0.1',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_EDITOR_BASE_URL: url,
		WEBHOOK_URL: url,
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_SECURE_COOKIE: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_AI_ENABLED: 'false',
		N8N_MCP_ACCESS_ENABLED: 'false',
		N8N_PYTHON_ENABLED: 'false',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '10',
		EXTERNAL_FRONTEND_HOOKS_URLS: '',
		...(version.startsWith('1.') ? OF_N8N_1 : {}),
		...(hasMcpRegistry(version) ? MCP_REGISTRY : {}),
		NO_COLOR: '1',
	};
}
