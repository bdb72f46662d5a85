import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CHECKOUT } from '../n8n/nodePackage';
import { EXAMPLE_IMAGES } from './images';

interface WorkflowNode {
	name: string;
	type: string;
	typeVersion: number;
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string | null; name: string }>;
	[key: string]: unknown;
}

export interface ExampleWorkflow {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<
		string,
		{ main: Array<Array<{ node: string; type: string; index: number }>> }
	>;
	[key: string]: unknown;
}

export interface Credential {
	id: string;
	name: string;
}

/** Where the demo starts the workflow. */
export const WEBHOOK_PATH = 'happy-horse-three-images';
const WEBHOOK = 'Webhook';

/** Names in examples/three-images.json. */
export const HAPPY_HORSE = 'Happy Horse';
const IMAGE_LIST = 'Three images';
export const IMAGES = 'One item per image';

const PUBLIC_ADDRESS = /https:\/\/raw\.githubusercontent\.com\/[^"]*?\/examples\/images\//g;

export function readExample(): ExampleWorkflow {
	const path = join(CHECKOUT, 'examples', 'three-images.json');
	return JSON.parse(readFileSync(path, 'utf8')) as ExampleWorkflow;
}

/** The example with a second start: a program cannot press "Execute workflow". */
export function withWebhook(workflow: ExampleWorkflow): ExampleWorkflow {
	const webhook = {
		name: WEBHOOK,
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		position: [0, 300],
		webhookId: WEBHOOK_PATH,
		parameters: { path: WEBHOOK_PATH, httpMethod: 'POST', responseMode: 'onReceived', options: {} },
	};
	const leadsTo = { main: [[{ node: IMAGE_LIST, type: 'main', index: 0 }]] };
	return {
		...workflow,
		nodes: [...workflow.nodes, webhook],
		connections: { ...workflow.connections, [WEBHOOK]: leadsTo },
	};
}

/** The example with images from another address and a credential chosen. */
export function forSandbox(
	workflow: ExampleWorkflow,
	{ imagesUrl, credential }: { imagesUrl: string; credential: Credential },
): ExampleWorkflow {
	const text = JSON.stringify(withCredential(workflow, credential));
	return JSON.parse(text.replace(PUBLIC_ADDRESS, imagesUrl)) as ExampleWorkflow;
}

/**
 * The example for the real API: the images are read from disk and uploaded by the node, because
 * the API cannot reach this computer; for the same reason it polls. Short videos, to cost little.
 */
export function forRealApi(
	workflow: ExampleWorkflow,
	{ credential, seconds }: { credential: Credential; seconds: number },
): ExampleWorkflow {
	const copy = withCredential(workflow, credential);
	const list = nodeOf(copy, IMAGE_LIST);
	const { images } = JSON.parse(String(list.parameters.jsonOutput)) as {
		images: Array<{ image: string; prompt: string }>;
	};
	const prompts = Object.fromEntries(
		images.map(({ image, prompt }) => [image.split('/').pop() ?? '', prompt]),
	);
	Object.assign(nodeOf(copy, IMAGES), {
		type: 'n8n-nodes-base.readWriteFile',
		typeVersion: 1.1,
		parameters: {
			operation: 'read',
			// A glob, which n8n wants with forward slashes on Windows too.
			fileSelector: `${EXAMPLE_IMAGES.replaceAll('\\', '/')}/*.{jpg,png,webp}`,
			options: { dataPropertyName: 'data' },
		},
	});
	Object.assign(nodeOf(copy, HAPPY_HORSE).parameters, {
		imageSource: 'binary',
		binaryPropertyName: 'data',
		prompt: `={{ (${JSON.stringify(prompts)})[$json.fileName] }}`,
		resolution: '720P',
		duration: seconds,
		waitUsing: 'polling',
	});
	return copy;
}

function withCredential(workflow: ExampleWorkflow, credential: Credential): ExampleWorkflow {
	const copy = structuredClone(workflow);
	nodeOf(copy, HAPPY_HORSE).credentials = { happyHorseApi: credential };
	return copy;
}

function nodeOf(workflow: ExampleWorkflow, name: string): WorkflowNode {
	const node = workflow.nodes.find((each) => each.name === name);
	if (!node) throw new Error(`examples/three-images.json has no node named "${name}".`);
	return node;
}
