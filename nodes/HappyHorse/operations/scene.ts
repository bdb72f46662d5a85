import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../clock';
import { clockOf } from '../clock';
import type { DeliveryRun } from '../lifecycle/delivering/delivery';
import type { Api } from '../transport/api';
import { openApi } from '../transport/api';
import { withRetries } from '../transport/withRetries';
import { leavesByErrorOutput } from './nodeSettings';

/** What every operation works with: n8n, the API (which repeats what may be repeated), and time. */
export interface Scene extends DeliveryRun {
	context: IExecuteFunctions;
	api: Api;
	clock: Clock;
}

/** @throws Refusal when the credential cannot be used. */
export async function openScene(context: IExecuteFunctions): Promise<Scene> {
	const clock = clockOf(context.getExecutionCancelSignal());
	const api = withRetries(await openApi(context, clock), clock);
	return { context, api, clock, toErrorOutput: leavesByErrorOutput(context) };
}
