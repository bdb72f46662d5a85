import { spawnSandboxApi, type SpawnedSandbox } from '../api/spawn';
import { ensureN8n, N8N_VERSION } from '../n8n/install';
import { packNodePackage } from '../n8n/nodePackage';
import { startN8n, type N8nServer } from '../n8n/server';
import { build, needsBuild } from './build';
import {
	DEMO_EXAMPLES,
	forSandbox,
	readExample,
	withWebhook,
	type DemoExample,
} from './exampleWorkflow';
import { forRealApi } from './forRealApi';
import { EXAMPLE_IMAGES } from './images';
import { credentialData, REAL_SECONDS, type RealApi } from './realApi';
import type { ShutDown } from './shutDown';

export const CREDENTIAL = { type: 'happyHorseApi', name: 'Happy Horse account' };

// A task takes a minute by the sandbox's clock. Eight times faster, and not all alike.
const SPEED = 8;
const TASK_SECONDS = {
	'horses-at-dusk': 80,
	'perfume-bottle': 104,
	'flower-market': 128,
	handbag: 96,
};

export interface Ready {
	n8n: N8nServer;
	/** The imported examples, with their IDs in n8n. */
	workflows: Array<{ example: DemoExample; name: string; id: string }>;
	/** Undefined when the real API is used. */
	sandbox: SpawnedSandbox | undefined;
}

export interface SetUpOptions {
	shutDown: ShutDown;
	say: (line: string) => void;
	real: RealApi | undefined;
	/** False for a person, who starts the workflows in the editor. */
	startsByItself: boolean;
	/** Environment of n8n. */
	env: Record<string, string>;
}

/** Builds, fetches, starts and prepares everything up to the imported example workflows. */
export async function setUp(options: SetUpOptions): Promise<Ready> {
	const { shutDown, say, real, startsByItself, env } = options;
	if (needsBuild()) {
		say('Building the Happy Horse node ...');
		build();
	}
	await ensureN8n(N8N_VERSION, { report: (line) => say(`  ${line}`) });
	const tarball = await packNodePackage();

	const sandbox = real ? undefined : await startSandbox(shutDown);
	if (sandbox) say(`Sandbox of the Happy Horse API: ${sandbox.url}`);

	say(`Starting n8n ${N8N_VERSION} with the package installed (10 to 20 seconds) ...`);
	const n8n = await startN8n({
		tarball,
		env: { ...env, N8N_RESTRICT_FILE_ACCESS_TO: EXAMPLE_IMAGES },
	});
	shutDown.add(async () => await n8n.stop());
	await n8n.client.setupOwner();
	say(`n8n: ${n8n.url}`);

	const data = real
		? credentialData(real)
		: {
				provider: 'custom',
				baseUrl: sandbox?.url,
				apiKey: sandbox?.key,
				webhookSecret: sandbox?.secret,
			};
	const { name, type } = CREDENTIAL;
	const id = await n8n.client.createCredential(type, { name, data });
	const tested = await n8n.client.testCredential(type, data);
	if (tested.status !== 'OK') throw new Error(`The API key was not accepted: ${tested.message}`);
	say('Credential: saved and tested');

	const credential = { id, name };
	const workflows: Ready['workflows'] = [];
	for (const example of DEMO_EXAMPLES) {
		const original = readExample(example);
		const workflow = real
			? forRealApi(original, { example, credential, seconds: REAL_SECONDS })
			: forSandbox(original, { imagesUrl: `${sandbox?.url}/examples/images/`, credential });
		const workflowId = await n8n.client.importWorkflow(
			startsByItself ? withWebhook(workflow, example) : workflow,
			{ activate: startsByItself },
		);
		if (startsByItself) await n8n.client.waitForWebhook(example.webhookPath);
		say(`Workflow: "${workflow.name}", imported`);
		workflows.push({ example, name: workflow.name, id: workflowId });
	}
	return { n8n, workflows, sandbox };
}

async function startSandbox(shutDown: ShutDown): Promise<SpawnedSandbox> {
	const sandbox = await spawnSandboxApi({ speed: SPEED });
	shutDown.add(async () => await sandbox.stop());
	const rules = Object.entries(TASK_SECONDS).map(([imageUrl, seconds]) => ({
		on: 'create' as const,
		where: { imageUrl },
		do: { seconds },
	}));
	await sandbox.control.rules(...rules);
	return sandbox;
}
