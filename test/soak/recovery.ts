import type { EndpointName } from '../../sandbox/api/wire';
import type { ExecutionView } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { HAPPY_HORSE } from '../server/support/workflows/workflow';
import type { CreatedTask } from './accounting';
import type { Deployment } from './deployment';
import type { Output } from './outputs';
import { outputsOf } from './outputs';
import type { Resource } from './plan';
import type { Credentials } from './workflows';
import { waitWorkflow, listingWorkflow } from './workflows';

const TIMEOUT_MS = 400_000;

const RESOURCE_OF: Record<string, Resource> = {
	'image-to-video': 'imageToVideo',
	'text-to-video': 'textToVideo',
	'reference-to-video': 'referenceToVideo',
	'video-edit': 'videoEdit',
};

/** What a user does at last about videos that no execution had: "Get Many", then "Wait". */
export async function recover(
	{ testServer }: Deployment,
	credentials: Credentials,
	missing: ReadonlyArray<CreatedTask & { endpoint: EndpointName }>,
): Promise<Output[]> {
	const recovered: Output[] = [];
	for (const [mode, resource] of Object.entries(RESOURCE_OF)) {
		const own = missing.filter(({ endpoint }) => endpoint.startsWith(`${mode}/`));
		if (own.length === 0) continue;
		const listing = await testServer.publish(listingWorkflow(credentials, resource));
		const listed = idsIn(await listing.run([{ name: 'all' }], TIMEOUT_MS));
		const found = own.filter(({ taskId }) => listed.has(taskId));
		const waiting = await testServer.publish(waitWorkflow(credentials, resource));
		const items = found.map(({ taskId, prompt }) => ({ name: prompt, task_id: taskId }));
		if (items.length > 0) recovered.push(...outputsOf(await waiting.run(items, TIMEOUT_MS)));
	}
	return recovered;
}

const idsIn = (execution: ExecutionView): Set<unknown> =>
	new Set(itemsOf(execution, HAPPY_HORSE).map(({ json }) => json.task_id));
