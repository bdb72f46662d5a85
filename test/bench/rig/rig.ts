import { join } from 'node:path';

import type { SandboxSettings } from '../../../sandbox/api/control';
import { spawnSandboxApi } from '../../../sandbox/api/spawn';
import { freePorts } from '../../../sandbox/n8n/ports';
import { inspectable } from '../../server/support/testServer/inspector';
import type { OwnServer } from '../../server/support/testServer/testServer';
import { startTestServer } from '../../server/support/testServer/testServer';
import type { CredentialReference } from '../../server/support/workflows/workflow';
import type { Meter } from './meter';
import { startMeter } from './meter';

/** One real n8n with our package and the peers, one sandbox, and a meter between them. */
export interface Rig {
	testServer: OwnServer;
	meter: Meter;
	/** The key in a header, for nodes that know nothing of the API. */
	headerAuth: CredentialReference;
	/** A credential of our type whose requests are counted under this name; without a webhook secret if not `signed`. */
	countedCredential(runName: string, options?: { signed?: boolean }): Promise<CredentialReference>;
	/** Where n8n tells its memory. */
	inspectorPort: number;
	close(): Promise<void>;
}

/** The node that represents n8n's built-in video nodes. */
export const SERIAL_NODE = 'CUSTOM.serialVideo';

/** `env` is for n8n, to try how one of its settings changes a number. */
export async function startRig(env: Record<string, string> = {}): Promise<Rig> {
	const [inspectorPort = 0] = await freePorts(1);
	const testServer = await startTestServer({
		// The clock runs in real time: each run gets tasks that are shorter by the factor that their pauses are.
		sandbox: { speed: 1, taskSeconds: 60, videoQuality: 'small' },
		n8n: {
			env: {
				...inspectable(inspectorPort),
				N8N_CUSTOM_EXTENSIONS: join(__dirname, '..', 'contenders', 'serialNode'),
				...env,
			},
		},
	});
	const rig = await rigOn(testServer, inspectorPort);
	return {
		...rig,
		async close() {
			await testServer.close();
			await rig.close();
		},
	};
}

async function rigOn(testServer: OwnServer, inspectorPort: number): Promise<Rig> {
	const { sandbox, n8n } = testServer;
	const meter = await startMeter(sandbox.url);
	const id = await n8n.client.createCredential('httpHeaderAuth', {
		name: 'API key',
		data: { name: 'x-magnific-api-key', value: sandbox.key },
	});
	return {
		testServer,
		meter,
		headerAuth: { id, name: 'API key' },
		countedCredential: async (runName, { signed = true } = {}) =>
			await testServer.addCredential({
				provider: 'custom',
				baseUrl: meter.base(runName),
				apiKey: sandbox.key,
				...(signed ? { webhookSecret: sandbox.secret } : {}),
			}),
		inspectorPort,
		close: async () => await meter.close(),
	};
}

/**
 * The same n8n with a sandbox and a meter of its own, so that what one workflow does to the API disturbs no other that runs at
 * the same time. `settings` are for that sandbox. `close` leaves n8n running.
 */
export async function withOwnApi(rig: Rig, settings: Partial<SandboxSettings>): Promise<Rig> {
	const sandbox = await spawnSandboxApi({ speed: 1, taskSeconds: 60, videoQuality: 'small' });
	await sandbox.control.settings(settings);
	const own = await rigOn({ ...rig.testServer, sandbox }, rig.inspectorPort);
	return {
		...own,
		async close() {
			await own.close();
			await sandbox.stop();
		},
	};
}
