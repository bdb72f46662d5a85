import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { openApiForWebhook } from '../http/apiClient';
import { ApiError } from '../http/apiError';
import { resumeTokenOf } from '../n8n/execution';
import { isPollProven, ownPurposeOf, wakeUpRequest } from '../n8n/ownExecution';
import { signatureFault } from '../signature/verify';
import type { Task } from '../tasks/task';
import { isFinal } from '../tasks/task';
import { ValidationError } from '../validationError';
import { taskInBody } from '../webhook/body';
import { rawBodyOf } from '../webhook/rawBody';
import { respond } from '../webhook/respond';
import { endedSince } from './pollAfterSuspending';
import type { Arrival } from './resume';
import { resume, waitIdOf } from './resume';
import { Settling } from './settling';
import type { SettlingEntry } from './settlingRegistry';
import { SettlingRegistry } from './settlingRegistry';
import type { Suspension } from './storedSuspension';
import { awaitedIn, suspensionOf } from './suspension';

/** The last webhook of a wait gets the result as its response if that is quick: many senders give up after 15 s. */
const LONGEST_RESPONSE_MS = 8000;

const settlings = new SettlingRegistry();

/**
 * A webhook of the provider while the execution waits. A signed one is true; an unsigned one only says that there is
 * something to read. The first final one stays open, finds out the state of all tasks, and continues the execution.
 *
 * Never throws: n8n would continue the execution with an empty item and drop the node's data (2.41.1).
 */
export async function receiveWebhook(
	context: IWebhookFunctions,
	clock: Clock,
): Promise<IWebhookResponseData> {
	try {
		return await handle(context, clock);
	} catch (error) {
		// With an unusable credential no sender can be verified.
		if (error instanceof ValidationError) {
			context.logger.warn(`Happy Horse: a webhook was rejected. ${error.message}; still waiting`);
			return respond(context, 401, { message: 'Rejected: the credential cannot be used' });
		}
		const reason = error instanceof ApiError ? error.message : 'something unexpected came up';
		context.logger.warn(`Happy Horse: a webhook could not be handled (${reason}); still waiting`);
		return respond(context, 503, { message: 'Cannot tell now, please send it again' });
	}
}

async function handle(context: IWebhookFunctions, clock: Clock): Promise<IWebhookResponseData> {
	const purpose = ownPurposeOf(context);
	if (purpose === 'wait') {
		const waiting = suspensionOf(context);
		return respond(context, 200, { wait: waiting && waitIdOf(context, waiting) });
	}
	if (purpose === 'wake') return await wake(context, clock);
	if (purpose === 'poll') return await takePoll(context, clock);
	const api = await openApiForWebhook(context, clock);
	const rawBody = await rawBodyOf(context);
	const keys = api.provider.webhookKeys;
	const fault = faultOf(context, { rawBody, keys, clock });
	if (fault !== null) {
		context.logger.warn(`Happy Horse: the signature of a webhook does not hold, ${fault}`);
		// Without n8n's token the request proves nothing at all.
		if (resumeTokenOf(context) === '') return reject(context, fault);
	}
	const reported = taskInBody(rawBody);
	if (reported === 'too large') return respond(context, 413, { message: 'The body is too large' });
	if (reported === null && fault === null) {
		return respond(context, 400, { message: 'The body holds no task' });
	}
	// Most webhooks are not final. They end here, since reading the suspension takes n8n's expression engine.
	if (reported === null || !isFinal(reported.status)) {
		if (fault !== null) return reject(context, fault);
		return respond(context, 200, { message: 'Still waiting' });
	}
	const suspension = suspensionOf(context);
	const isOwn =
		suspension && awaitedIn(suspension).some(({ taskId }) => taskId === reported.task_id);
	if (!isOwn) {
		if (fault !== null) return reject(context, fault);
		return respond(context, 200, { message: 'Not a task of this execution' });
	}
	const isSigned = keys !== null && fault === null;
	const arrival = { context, clock, suspension, arrivedAt: clock.now() };
	return await takeIn(arrival, { reported: [reported], isSigned, fault });
}

function reject(context: IWebhookFunctions, fault: string): IWebhookResponseData {
	return respond(context, 401, { message: `Rejected: ${fault}` });
}

/** The URL holds n8n's token; with a webhook secret the request has to be signed as well. */
function faultOf(
	context: IWebhookFunctions,
	{ rawBody, keys, clock }: { rawBody: Buffer | null; keys: Buffer[] | null; clock: Clock },
): string | null {
	if (keys === null) return null;
	if (rawBody === null) return 'the body cannot be read as it was sent';
	const headers = { ...context.getHeaderData() };
	return signatureFault({ headers, rawBody }, { keys, nowMs: clock.now() });
}

interface Received {
	reported: Task[];
	isSigned: boolean;
	fault: string | null;
}

/** Adds a final webhook to its wait, or what a poll has found, and runs the wait unless another webhook does. */
async function takeIn(
	arrival: Arrival,
	{ reported, isSigned, fault }: Received,
): Promise<IWebhookResponseData> {
	const { context, clock, suspension } = arrival;
	const { endsAt, finalBefore } = suspension;
	const awaited = awaitedIn(suspension);
	const now = clock.now();
	const entry = settlings.of(keyOf(context, suspension), {
		now,
		make: () => new Settling({ awaited, endsAt, finalBefore }),
	});
	const respondNow = () =>
		fault === null ? respond(context, 200, { message: 'Thank you' }) : reject(context, fault);
	if (entry.continuedAt !== undefined) return respondNow();
	entry.signatureFault ??= fault ?? undefined;
	for (const task of reported) entry.settling.tell(task, { isSigned, now });
	if (entry.running) {
		await resultOrPause(entry, clock);
		return respondNow();
	}
	const wakeUp = wakeUpRequest(context, clock);
	if (!settlings.makeRoom() && wakeUp) {
		settlings.park(entry, wakeUp);
		return respondNow();
	}
	const work = async () => await resume(arrival, entry);
	const resumed = settlings.run(entry, { work, wakeUp });
	const responded = resultOrPause(entry, clock).then(respondNow);
	responded.catch(() => undefined);
	try {
		return await resumed;
	} finally {
		await responded;
	}
}

/** Polls all tasks once. What has ended since the suspension counts as if its webhook came now; else nothing stays open. */
async function takePoll(context: IWebhookFunctions, clock: Clock): Promise<IWebhookResponseData> {
	const arrivedAt = clock.now();
	const suspension = suspensionOf(context);
	if (!suspension) return respond(context, 200, { message: 'Thank you' });
	const api = await openApiForWebhook(context, clock);
	const proof = { key: api.provider.signingKey, wait: waitIdOf(context, suspension) };
	if (!isPollProven(context, proof)) return reject(context, 'it is of another wait');
	const entry = settlings.get(keyOf(context, suspension));
	const isKnown = entry?.running !== undefined || entry?.continuedAt !== undefined;
	const reported = isKnown ? [] : await endedSince({ api, clock }, suspension);
	if (reported.length === 0) return respond(context, 200, { message: 'Still waiting' });
	// What the API itself says needs no signature.
	const arrival = { context, clock, suspension, arrivedAt };
	return await takeIn(arrival, { reported, isSigned: true, fault: null });
}

/** Runs a wait that was parked. */
async function wake(context: IWebhookFunctions, clock: Clock): Promise<IWebhookResponseData> {
	const suspension = suspensionOf(context);
	const entry = suspension && settlings.get(keyOf(context, suspension));
	const response = respond(context, 200, { message: 'Thank you' });
	if (!entry || entry.running || entry.continuedAt !== undefined) return response;
	const arrivedAt = clock.now();
	const work = async () => await resume({ context, clock, suspension, arrivedAt }, entry);
	return await settlings.run(entry, { work, wakeUp: wakeUpRequest(context, clock) });
}

/** Two nodes of one execution may wait one after the other, and a node again in each round of a loop. */
function keyOf(context: IWebhookFunctions, { run }: Suspension): string {
	return `${context.getExecutionId()}.${run}.${context.getNode().name}`;
}

/** Waits a moment for the result where it may come at once. */
async function resultOrPause({ settling, running }: SettlingEntry, clock: Clock): Promise<void> {
	if (settling.isComplete) await Promise.race([running, clock.pause(LONGEST_RESPONSE_MS)]);
}
