import type { Deployment } from './deployment';
import type { Plan, Resource, Way } from './plan';
import type { Target } from './supervisor';
import type { Credentials } from './workflows';
import { soakWorkflow } from './workflows';

/** Two credentials for the same account: with the secret of its webhooks, and without. */
export async function credentialsFor({ testServer }: Deployment): Promise<Credentials> {
	const { url: baseUrl, key: apiKey } = testServer.sandbox;
	const unsigned = await testServer.addCredential({ provider: 'custom', baseUrl, apiKey });
	return { signed: testServer.credential, unsigned };
}

/** Publishes a workflow for each resource and way of the plan. */
export async function publishAll(
	{ testServer }: Deployment,
	{ runs, outages, maxWaitMinutes }: Plan,
	credentials: Credentials,
): Promise<(resource: Resource, way: Way) => Target> {
	const targets = new Map<string, Target>();
	for (const { resource, way } of [...runs, ...outages.map(({ batch }) => batch)]) {
		const key = `${resource} ${way}`;
		if (targets.has(key)) continue;
		const workflow = soakWorkflow({ resource, way }, { credentials, maxWait: maxWaitMinutes });
		const { id: workflowId } = await testServer.publish(workflow);
		targets.set(key, { workflowId, path: workflow.path });
	}
	return (resource, way) => targets.get(`${resource} ${way}`)!;
}
