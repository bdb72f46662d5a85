/** Builds the workflows of the server tests: Webhook -> Items -> Happy Horse -> After. */
import { itemsNode, leadsTo, node, webhookNode } from './node';

export interface CredentialReference {
	id: string;
	name: string;
}

export type OnError = 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';

export interface HappyHorseNode {
	credential: CredentialReference;
	parameters: Record<string, unknown>;
	onError?: OnError;
	/** Further settings of the node, such as `retryOnFail`. */
	settings?: Record<string, unknown>;
}

export const NODE_TYPE = 'n8n-nodes-happy-horse.happyHorse';

/** Names of the nodes, for reading an execution. */
export const ITEMS = 'Items';
export const HAPPY_HORSE = 'Happy Horse';
export const AFTER = 'After';
export const AFTER_FAILURE = 'After failure';

let count = 0;

/** A failed item names its task in its details and, since n8n 1 has no room for them, in its text. */
const TASK_ID =
	'$json.task_id ?? $json.details?.task_id ?? $json.error?.match(/[0-9a-f]{8}-[0-9a-f-]{27}/)?.[0]';

/** What each item arrives with at the node after ours: its own fields and what `Items` had for it. */
function after(name: string) {
	return node(name, 'n8n-nodes-base.set', {
		typeVersion: 3.4,
		parameters: {
			mode: 'raw',
			jsonOutput: `={{ { name: $('${ITEMS}').item.json.name, task_id: ${TASK_ID} } }}`,
			options: {},
		},
	});
}

export function happyHorseNode({ credential, parameters, onError, settings }: HappyHorseNode) {
	return node(HAPPY_HORSE, NODE_TYPE, {
		typeVersion: 1,
		parameters: { resource: 'imageToVideo', ...parameters },
		credentials: { happyHorseApi: credential },
		...(onError === undefined ? {} : { onError }),
		...settings,
	});
}

/** A workflow that its webhook starts with `{items: [...]}`; also startable by hand. */
export function workflowWith(happyHorse: HappyHorseNode, workflowSettings: object = {}) {
	const path = `test-${process.pid}-${Date.now()}-${count++}`;
	return {
		path,
		name: path,
		// As in every workflow that the editor makes.
		settings: { executionOrder: 'v1', ...workflowSettings },
		nodes: [
			webhookNode('Webhook', path),
			itemsNode(ITEMS),
			happyHorseNode(happyHorse),
			after(AFTER),
			after(AFTER_FAILURE),
		],
		connections: {
			Webhook: leadsTo(ITEMS),
			[ITEMS]: leadsTo(HAPPY_HORSE),
			[HAPPY_HORSE]: leadsTo(AFTER, AFTER_FAILURE),
		},
	};
}

/** What the workflow takes as an item: an image, with a name to follow it by. */
export interface NamedImage {
	name: string;
	image: string;
}

/** Images of the sandbox that differ by their number, with a name to follow them by. */
export function images(sandboxUrl: string, amount: number): NamedImage[] {
	return Array.from({ length: amount }, (_, index) => ({
		name: `image ${index}`,
		image: `${sandboxUrl}/images/400x300.png?n=${index}`,
	}));
}

/** The same for one batch of several: names and URLs tell which. */
export function imagesOf(
	sandboxUrl: string,
	{ batch, amount }: { batch: string; amount: number },
): NamedImage[] {
	return images(sandboxUrl, amount).map(({ image }, index) => ({
		name: `${batch} ${index}`,
		image: `${image}&${encodeURIComponent(batch)}`,
	}));
}

/** The fields of a create request that reads image and prompt from the item. */
export const CREATE_FIELDS = {
	model: 'happy-horse-1',
	imageSource: 'url',
	imageUrl: '={{ $json.image }}',
	prompt: '={{ $json.name }}',
	resolution: '720P',
	duration: 3,
};

/** Parameters of Create and Wait that read the image from the item. */
export function createAndWait(overrides: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		...CREATE_FIELDS,
		operation: 'createAndWait',
		waitUsing: 'auto',
		maxWait: 30,
		downloadVideo: true,
		outputBinaryPropertyName: 'data',
		options: {},
		...overrides,
	};
}
