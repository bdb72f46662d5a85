import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { resumeTokenOf } from '../n8n/execution';
import { ownPurposeOf, wakeUpCall } from '../n8n/ownExecution';
import { ValidationError } from '../validationError';
import { openApiForWebhook } from '../http/apiClient';
import { ApiError } from '../http/apiError';
import { signatureFault } from '../signature/verify';
import type { Task } from '../tasks/task';
import { isFinal } from '../tasks/task';
import { taskInBody } from '../webhook/body';
import type { Arrival } from './resume';
import { resume } from './resume';
import { Settling } from './settling';
import type { SettlingEntry } from './settlings';
import { Settlings } from './settlings';
import type { Suspension } from './suspension';
import { awaitedIn, suspensionOf } from './suspension';
import { answer, rawBodyOf } from '../webhook/response';

/** The last webhook of a wait is answered with its result, if that does not take long: many senders give up at 15 s. */
const LONGEST_ANSWER_MS = 8000;

const settlings = new Settlings();

/**
 * A webhook of the provider while the execution waits. A signed one is the truth about its task, any other only says that
 * there is something to read. The first final one stays open, finds out the state of all tasks, and continues the execution.
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
		// A credential that cannot be used proves nothing about anybody.
		if (error instanceof ValidationError) {
			context.logger.warn(`Happy Horse: a webhook was rejected. ${error.message}; still waiting`);
			return answer(context, 401, { message: 'Rejected: the credential cannot be used' });
		}
		const reason = error instanceof ApiError ? error.message : 'something unexpected came up';
		context.logger.warn(`Happy Horse: a webhook could not be handled (${reason}); still waiting`);
		return answer(context, 503, { message: 'Cannot tell now, please send it again' });
	}
}

async function handle(context: IWebhookFunctions, clock: Clock): Promise<IWebhookResponseData> {
	const purpose = ownPurposeOf(context);
	if (purpose === 'run') {
		return answer(context, 200, { run: suspensionOf(context)?.run ?? null });
	}
	if (purpose === 'wake') return await wake(context, clock);
	const api = await openApiForWebhook(context, clock);
	const rawBody = await rawBodyOf(context);
	const keys = api.provider.webhookKeys;
	const fault = faultOf(context, { rawBody, keys, clock });
	if (fault !== null) {
		context.logger.warn(`Happy Horse: the signature of a webhook does not hold, ${fault}`);
		// Without n8n's token the request proves nothing at all.
		if (resumeTokenOf(context) === '') return reject(context, fault);
	}
	const called = taskInBody(rawBody);
	if (called === 'too large') return answer(context, 413, { message: 'The body is too large' });
	if (called === null && fault === null) {
		return answer(context, 400, { message: 'The body holds no task' });
	}
	// Before the suspension is read, which takes n8n's expression engine: most webhooks say no more than this.
	if (called === null || !isFinal(called.status)) {
		if (fault !== null) return reject(context, fault);
		return answer(context, 200, { message: 'Still waiting' });
	}
	const suspension = suspensionOf(context);
	const isOwn = suspension && awaitedIn(suspension).some(({ taskId }) => taskId === called.task_id);
	if (!isOwn) {
		if (fault !== null) return reject(context, fault);
		return answer(context, 200, { message: 'Not a task of this execution' });
	}
	const isSigned = keys !== null && fault === null;
	return await takeIn({ context, clock, suspension }, { called, isSigned, fault });
}

function reject(context: IWebhookFunctions, fault: string): IWebhookResponseData {
	return answer(context, 401, { message: `Rejected: ${fault}` });
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

interface Told {
	called: Task;
	isSigned: boolean;
	fault: string | null;
}

/** Adds what a final webhook tells to its wait, and runs the wait unless another webhook does. */
async function takeIn(
	arrival: Arrival,
	{ called, isSigned, fault }: Told,
): Promise<IWebhookResponseData> {
	const { context, clock, suspension } = arrival;
	const { endsAt, finalBefore } = suspension;
	const awaited = awaitedIn(suspension);
	const now = clock.now();
	const entry = settlings.of(keyOf(context, suspension), {
		now,
		make: () => new Settling({ awaited, endsAt, finalBefore }),
	});
	const respond = () =>
		fault === null ? answer(context, 200, { message: 'Thank you' }) : reject(context, fault);
	if (entry.continuedAt !== undefined) return respond();
	entry.signatureFault ??= fault ?? undefined;
	entry.settling.tell(called, { isSigned, now });
	if (entry.running) {
		await resultOrPause(entry, clock);
		return respond();
	}
	const wakeUp = wakeUpCall(context, clock);
	if (!settlings.makeRoom() && wakeUp) {
		settlings.park(entry, wakeUp);
		return respond();
	}
	const work = async () => await resume(arrival, entry);
	const resumed = settlings.run(entry, { work, wakeUp });
	const responded = resultOrPause(entry, clock).then(respond);
	try {
		return await resumed;
	} finally {
		await responded;
	}
}

/** Runs a wait that was parked. */
async function wake(context: IWebhookFunctions, clock: Clock): Promise<IWebhookResponseData> {
	const suspension = suspensionOf(context);
	const entry = suspension && settlings.get(keyOf(context, suspension));
	const answered = answer(context, 200, { message: 'Thank you' });
	if (!entry || entry.running || entry.continuedAt !== undefined) return answered;
	const work = async () => await resume({ context, clock, suspension }, entry);
	return await settlings.run(entry, { work, wakeUp: wakeUpCall(context, clock) });
}

/** Two nodes of one execution may wait one after the other, and a node again in each round of a loop. */
function keyOf(context: IWebhookFunctions, { run }: Suspension): string {
	return `${context.getExecutionId()}.${run}.${context.getNode().name}`;
}

/** Waits a moment for the result where it may come at once. */
async function resultOrPause({ settling, running }: SettlingEntry, clock: Clock): Promise<void> {
	if (settling.isComplete) await Promise.race([running, clock.pause(LONGEST_ANSWER_MS)]);
}
