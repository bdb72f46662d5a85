import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { clockOf } from '../concurrency/clock';
import { hasExpression } from '../fields/expressions';
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
	assertFixed(context, 'resource', 'Resource');
	assertFixed(context, 'operation', 'Operation');
	const resource = resourceNamed(context.getNodeParameter('resource', 0));
	const clock = clockOf(context.getExecutionCancelSignal());
	const api = withRetries(await openApi(context, clock), clock);
	return { context, resource, api, clock, toErrorOutput: leavesByErrorOutput(context) };
}

/**
 * The editor offers no expression here, but a workflow that was written by hand may hold one. It would be read for the first
 * item only.
 *
 * @throws ValidationError
 */
function assertFixed(context: IExecuteFunctions, name: string, label: string): void {
	if (!hasExpression(context, name)) return;
	throw new ValidationError(
		`'${label}' cannot be an expression`,
		`Pick one '${label}' from the list, or use one node for each. Nothing was created or charged.`,
	);
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
