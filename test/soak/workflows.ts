import { taskFromItem } from '../server/support/workflows/itemParameters';
import { creatingWorkflow } from '../server/support/workflows/triggerWorkflow';
import type { CredentialReference } from '../server/support/workflows/workflow';
import { createAndWait, HAPPY_HORSE, workflowWith } from '../server/support/workflows/workflow';
import type { Resource, Way } from './plan';

export interface Credentials {
	signed: CredentialReference;
	unsigned: CredentialReference;
}

export interface SoakWorkflow {
	path: string;
	[field: string]: unknown;
}

const FROM_TEXT = { prompt: '={{ $json.name }}', resolution: '720P', duration: 3 };

const FIELDS: Record<Resource, Record<string, unknown>> = {
	imageToVideo: { ...FROM_TEXT, imageSource: 'url', imageUrl: '={{ $json.image }}' },
	textToVideo: { ...FROM_TEXT, aspectRatio: '16:9' },
	referenceToVideo: {
		...FROM_TEXT,
		aspectRatio: '16:9',
		imageSource: 'url',
		imageUrls: '={{ $json.image }}',
	},
	videoEdit: {
		prompt: '={{ $json.name }}',
		resolution: '720P',
		imageSource: 'none',
		videoSource: 'url',
		videoUrl: '={{ $json.video }}',
	},
};

/** As a careful user sets the node up: each item has an idempotency key, and one bad item stops no other. */
export function soakWorkflow(
	{ resource, way }: { resource: Resource; way: Way },
	{ credentials, maxWait }: { credentials: Credentials; maxWait: number },
): SoakWorkflow {
	const idempotencyKey = '={{ $json.name }}';
	const model = resource === 'videoEdit' ? {} : { model: 'happy-horse-1' };
	const fields = { resource, ...model, ...FIELDS[resource] };
	if (way === 'trigger') {
		const metadata = '={{ { name: $json.name } }}';
		const workflow = creatingWorkflow(
			{ credential: credentials.signed, parameters: { downloadVideo: true } },
			{ ...fields, options: { metadata, idempotencyKey } },
		);
		return continuing(workflow);
	}
	const parameters = createAndWait({
		...fields,
		waitUsing: way === 'polling' ? 'polling' : 'webhook',
		maxWait,
		options: { idempotencyKey },
	});
	const credential = way === 'unsigned' ? credentials.unsigned : credentials.signed;
	return workflowWith({ credential, parameters, onError: 'continueRegularOutput' });
}

function continuing<T extends { nodes: Array<{ name: string }> }>(workflow: T): T {
	const nodes = workflow.nodes.map((each) =>
		each.name === HAPPY_HORSE ? { ...each, onError: 'continueRegularOutput' } : each,
	);
	return { ...workflow, nodes };
}

/** What a user does about a video that did not come out: "Get Many" finds its task. */
export function listingWorkflow(credentials: Credentials, resource: Resource): SoakWorkflow {
	const model = resource === 'videoEdit' ? {} : { model: 'happy-horse-1' };
	const parameters = { resource, ...model, operation: 'getAll', returnAll: true };
	return workflowWith({ credential: credentials.signed, parameters });
}

/** And "Wait" recovers the video. */
export function waitWorkflow(credentials: Credentials, resource: Resource): SoakWorkflow {
	const { model: _model, ...fields } = taskFromItem('wait', { downloadVideo: true });
	const model = resource === 'videoEdit' ? {} : { model: 'happy-horse-1' };
	const parameters = { ...fields, ...model, resource, maxWait: 5 };
	return workflowWith({ credential: credentials.signed, parameters });
}
