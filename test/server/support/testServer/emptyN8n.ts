import type { N8nClient } from '../../../../sandbox/n8n/client';
import { RestError } from '../../../../sandbox/n8n/session';
import { until } from '../assertions/watching';

/**
 * Ends what tests have left in an n8n: no execution, webhook or account of theirs is there for the next test. Workflows are
 * archived only, since n8n 2 takes longer to delete them than to start.
 */
export async function emptyN8n(client: N8nClient): Promise<void> {
	await until('no workflow is published', async () => {
		const ids = await workflowsOf(client);
		await Promise.all(ids.map(async (id) => await done(client.archiveWorkflow(id))));
		return ids.length === 0;
	});
	await until('no execution is left that could continue', async () => {
		const active = await client.executions({ status: ['new', 'running', 'waiting'] });
		await Promise.all(active.map(async ({ id }) => await done(client.stopExecution(id))));
		return active.length === 0;
	});
	const credentials = (await client.rest('GET', 'credentials')) as Array<{ id: string }>;
	await Promise.all(credentials.map(async ({ id }) => await client.deleteCredential(id)));
}

async function workflowsOf(client: N8nClient): Promise<string[]> {
	const all = (await client.rest('GET', 'workflows')) as Array<{ id: string; isArchived: boolean }>;
	return all.filter(({ isArchived }) => !isArchived).map(({ id }) => id);
}

/** What n8n rejects is tried again: an execution may have ended meanwhile. */
async function done(work: Promise<void>): Promise<void> {
	await work.catch((error: unknown) => {
		if (!(error instanceof RestError)) throw error;
	});
}
