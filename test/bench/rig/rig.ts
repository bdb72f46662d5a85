import { join } from 'node:path';

import { freePorts } from '../../../sandbox/n8n/ports';
import { inspectable } from '../../server/support/testServer/liveMemory';
import type { Stage } from '../../server/support/testServer/testServer';
import { setStage } from '../../server/support/testServer/testServer';
import type { CredentialReference } from '../../server/support/workflows/workflow';
import type { Meter } from './meter';
import { startMeter } from './meter';

/** One real n8n with our package and the peers, one sandbox, and a meter between them. */
export interface Scene {
	stage: Stage;
	meter: Meter;
	/** The key in a header, for nodes that know nothing of the API. */
	headerAuth: CredentialReference;
	/** A credential of our type whose requests are counted for this lane. */
	laneCredential(lane: string): Promise<CredentialReference>;
	/** Where n8n can be asked for its memory. */
	inspectorPort: number;
	close(): Promise<void>;
}

/** The node that stands for n8n's built-in video nodes. */
export const SERIAL_NODE = 'CUSTOM.serialVideo';

/** `env` is for n8n, to try how one of its settings changes a number. */
export async function setScene(env: Record<string, string> = {}): Promise<Scene> {
	const [inspectorPort = 0] = await freePorts(1);
	const stage = await setStage({
		// The clock runs in real time: lanes get tasks that are shorter by the factor that their pauses are.
		sandbox: { speed: 1, taskSeconds: 60, videoQuality: 'small' },
		n8n: {
			env: {
				...inspectable(inspectorPort),
				N8N_CUSTOM_EXTENSIONS: join(__dirname, '..', 'contenders', 'serialNode'),
				...env,
			},
		},
	});
	const meter = await startMeter(stage.sandbox.url);
	const { client } = stage.n8n;
	const id = await client.createCredential('httpHeaderAuth', {
		name: 'API key',
		data: { name: 'x-magnific-api-key', value: stage.sandbox.key },
	});
	return {
		stage,
		meter,
		headerAuth: { id, name: 'API key' },
		laneCredential: async (lane) =>
			await stage.addCredential({
				provider: 'custom',
				baseUrl: meter.base(lane),
				apiKey: stage.sandbox.key,
				webhookSecret: stage.sandbox.secret,
			}),
		inspectorPort,
		async close() {
			await stage.close();
			await meter.close();
		},
	};
}
