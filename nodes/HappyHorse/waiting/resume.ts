import type {
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { retrying } from '../concurrency/retrying';
import type { Api } from '../http/apiClient';
import { openApiForWebhook } from '../http/apiClient';
import { ApiError } from '../http/apiError';
import { givingUpAt, withRetries } from '../http/withRetries';
import { waitingCheck } from '../n8n/ownExecution';
import { collectItems } from '../output/collect';
import { withInput } from '../output/inputFields';
import { fitErrorOutput } from '../output/olderErrorOutput';
import { unseenTask } from '../tasks/task';
import type { SettlingEntry } from './settlingRegistry';
import { storedInputForWebhook } from './storedInput';
import type { Suspension } from './storedSuspension';
import { awaitedIn, inPlaces } from './suspension';

/** Within this time after n8n said that the execution waits, nothing else can have continued it. */
const FRESH_MS = 5000;

const OPEN_AGAIN_MS = 5000;

/** The part of the time after Max Wait in which tasks may still be read. The rest is for downloads. */
const READING_SHARE = 1 / 3;

export interface Arrival {
	context: IWebhookFunctions;
	clock: Clock;
	suspension: Suspension;
	/** When n8n said that the execution waits, in milliseconds since 1970. */
	arrivedAt: number;
}

/** Runs a wait to its end and continues the execution, once, with an item for each input item. */
export async function resume(
	{ context, clock, suspension, arrivedAt }: Arrival,
	entry: SettlingEntry,
): Promise<IWebhookResponseData> {
	const { settling } = entry;
	const isWaiting = waitingCheck(context, waitIdOf(context, suspension));
	const isGone = async () => clock.now() - arrivedAt > FRESH_MS && (await isWaiting()) === false;
	const { endsAt, outputBy } = suspension;
	const readsEnd = endsAt + READING_SHARE * (outputBy - endsAt);
	const openApi = async () => givingUpAt(await openApiForWebhook(context, clock), readsEnd);
	const result = await settling.run({ openApi, clock, random: Math.random, isWaiting });
	if (result === 'released' || result === 'gone' || (await isGone())) return nothing;
	const items = await itemsOf({ context, clock, suspension, arrivedAt }, entry);
	if (await isGone()) return nothing;
	entry.continuedAt = clock.now();
	return { noWebhookResponse: true, workflowData: [fitErrorOutput(context, items)] };
}

/** Tells a wait from every other wait of the execution, of this node and of others. */
export function waitIdOf(
	context: IExecuteFunctions | IWebhookFunctions,
	{ run, endsAt }: Pick<Suspension, 'run' | 'endsAt'>,
): string {
	return `${context.getNode().id} ${run} ${endsAt}`;
}

const nothing: IWebhookResponseData = { noWebhookResponse: true };

async function itemsOf(
	{ context, clock, suspension }: Arrival,
	{ settling, signatureFault }: SettlingEntry,
): Promise<INodeExecutionData[]> {
	const until = suspension.outputBy;
	const api = await openInTime({ context, clock }, until);
	const run = {
		context,
		api: givingUpAt(withRetries(api, clock), until),
		clock,
		toErrorOutput: suspension.toErrorOutput,
		until,
		webhookWarning: signatureFault === undefined ? undefined : warningOf(signatureFault),
	};
	const known = awaitedIn(suspension).map((awaitedTask) => ({
		awaitedTask,
		task: settling.watch.taskOf(awaitedTask.taskId) ?? unseenTask(awaitedTask.taskId),
	}));
	const items = inPlaces(suspension, await collectItems(run, known));
	return suspension.hasInput ? withInput(items, storedInputForWebhook(context)) : items;
}

/** Retries, since n8n may fail to give the credential for a moment, and the finished videos must not be lost. */
async function openInTime(
	{ context, clock }: Pick<Arrival, 'context' | 'clock'>,
	until: number,
): Promise<Api> {
	const outcome = await retrying<Api>(
		{
			clock,
			pauseAfter: (opened) =>
				'value' in opened || clock.now() + OPEN_AGAIN_MS > until ? null : OPEN_AGAIN_MS,
		},
		async () => await openApiForWebhook(context, clock),
	);
	if ('value' in outcome) return outcome.value;
	throw new ApiError('The credential could not be read', { hint: 'Check the credential.' });
}

function warningOf(fault: string): string {
	return `The signatures of the provider's webhooks do not match (${fault}), so each video was looked up instead. Check 'Webhook Secret' in the credential, and the clock of the server that runs n8n.`;
}
