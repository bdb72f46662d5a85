import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CHECKOUT } from '../n8n/nodePackage';

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

/** A workflow of the folder `examples` that the demo runs. */
export interface DemoExample {
	file: string;
	/** Where the demo starts the workflow. */
	webhookPath: string;
	/** The node that holds what the videos are made of, and the one that makes items of it. */
	list: string;
	items: string;
	videos: number;
}

export const THREE_IMAGES: DemoExample = {
	file: 'three-images.json',
	webhookPath: 'happy-horse-three-images',
	list: 'Three images',
	items: 'One item per image',
	videos: 3,
};

export const PRODUCT_REFERENCE: DemoExample = {
	file: 'product-reference-video.json',
	webhookPath: 'happy-horse-product-reference',
	list: 'Products',
	items: 'One item per product',
	videos: 1,
};

export const DEMO_EXAMPLES = [THREE_IMAGES, PRODUCT_REFERENCE];

/** The name of our node in each of them. */
export const HAPPY_HORSE = 'Happy Horse';
const WEBHOOK = 'Webhook';

const PUBLIC_URL = /https:\/\/raw\.githubusercontent\.com\/[^"]*?\/examples\/images\//g;

export function readExample({ file }: DemoExample): ExampleWorkflow {
	const path = join(CHECKOUT, 'examples', file);
	return JSON.parse(readFileSync(path, 'utf8')) as ExampleWorkflow;
}

/** The example with a second start: a program cannot press "Execute workflow". */
export function withWebhook(
	workflow: ExampleWorkflow,
	{ webhookPath, list }: DemoExample,
): ExampleWorkflow {
	const webhook = {
		name: WEBHOOK,
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		position: [0, 300],
		webhookId: webhookPath,
		parameters: { path: webhookPath, httpMethod: 'POST', responseMode: 'onReceived', options: {} },
	};
	return {
		...workflow,
		nodes: [...workflow.nodes, webhook],
		connections: { ...workflow.connections, [WEBHOOK]: leadsTo(list) },
	};
}

/** The example with images from another URL and a credential chosen. */
export function forSandbox(
	workflow: ExampleWorkflow,
	{ imagesUrl, credential }: { imagesUrl: string; credential: Credential },
): ExampleWorkflow {
	const text = JSON.stringify(withCredential(workflow, credential));
	return JSON.parse(text.replace(PUBLIC_URL, imagesUrl)) as ExampleWorkflow;
}

export function withCredential(workflow: ExampleWorkflow, credential: Credential): ExampleWorkflow {
	const copy = structuredClone(workflow);
	nodeOf(copy, HAPPY_HORSE).credentials = { happyHorseApi: credential };
	return copy;
}

/** @throws Error when the workflow has no node of that name. */
export function nodeOf(workflow: ExampleWorkflow, name: string): WorkflowNode {
	const node = workflow.nodes.find((each) => each.name === name);
	if (!node) throw new Error(`The workflow "${workflow.name}" has no node named "${name}".`);
	return node;
}

/** The connections of a node whose only output leads to that one. */
export const leadsTo = (name: string) => ({ main: [[{ node: name, type: 'main', index: 0 }]] });

/** The file names of the images that a text names, in the order of the text. */
export function imagesIn(value: unknown): string[] {
	const names = JSON.stringify(value ?? '').match(/[\w-]+\.(?:jpg|png|webp)\b/g) ?? [];
	return [...new Set(names)];
}
