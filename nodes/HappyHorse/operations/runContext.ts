import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { clockOf } from '../concurrency/clock';
import type { CollectRun } from '../output/collect';
import type { Api } from '../http/apiClient';
import { openApi } from '../http/apiClient';
import { withRetries } from '../http/withRetries';
import { leavesByErrorOutput } from '../n8n/nodeSettings';

/** What every operation works with: n8n, the API (with retries) and the clock. */
export interface RunContext extends CollectRun {
	context: IExecuteFunctions;
	api: Api;
	clock: Clock;
}

/** @throws ValidationError when the credential cannot be used. */
export async function openRunContext(context: IExecuteFunctions): Promise<RunContext> {
	const clock = clockOf(context.getExecutionCancelSignal());
	const api = withRetries(await openApi(context, clock), clock);
	return { context, api, clock, toErrorOutput: leavesByErrorOutput(context) };
}
