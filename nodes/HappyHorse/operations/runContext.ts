import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { clockOf } from '../concurrency/clock';
import type { Api } from '../http/apiClient';
import { openApi } from '../http/apiClient';
import { withRetries } from '../http/withRetries';
import { leavesByErrorOutput } from '../n8n/nodeSettings';
import type { CollectRun } from '../output/collect';
import { resources } from '../resources';
import type { Resource } from '../resources/resource';
import { ValidationError } from '../validationError';

/** What every operation works with: n8n, the kind of video, the API (with retries) and the clock. */
export interface RunContext extends CollectRun {
	context: IExecuteFunctions;
	resource: Resource;
	api: Api;
	clock: Clock;
}

/** @throws ValidationError when the credential cannot be used. */
export async function openRunContext(context: IExecuteFunctions): Promise<RunContext> {
	const resource = resourceNamed(context.getNodeParameter('resource', 0));
	const clock = clockOf(context.getExecutionCancelSignal());
	const api = withRetries(await openApi(context, clock), clock);
	return { context, resource, api, clock, toErrorOutput: leavesByErrorOutput(context) };
}

/** @throws ValidationError */
export function resourceNamed(name: unknown): Resource {
	const resource = resources.find(({ value }) => value === name);
	if (resource !== undefined) return resource;
	throw new ValidationError(
		`There is no resource '${String(name)}'`,
		"Pick a 'Resource' from the list.",
	);
}
