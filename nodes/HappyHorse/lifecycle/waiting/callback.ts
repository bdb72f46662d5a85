import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { Refusal } from '../../refusal';
import type { Api } from '../../transport/api';
import { openApiForCall } from '../../transport/api';
import { ApiFailure } from '../../transport/apiFailure';
import { patient } from '../../transport/patience';
import { signatureFault } from '../../verification/signature';
import { callbackTask } from './callbackBody';
import { forgetFinals, readFinals } from './barrier';
import { Claims } from './claims';
import type { Clock } from '../../clock';
import { deliver } from '../delivering/delivery';
import { fitErrorOutput } from '../delivering/errorOutput';
import type { Suspension } from './suspension';
import { awaitedIn, inPlaces, suspensionOf } from './suspension';
import type { Task } from '../task';
import { isFinal } from '../task';
import { answer, rawBodyOf } from './webhookAnswer';

/** Longer than any download of a batch should take; a claim of a process that died ends by itself. */
const CLAIM_MS = 15 * 60_000;

/** Covers the moment between our answer and n8n's own claim. */
const AFTERMATH_MS = 20_000;

const BEING_CONTINUED = { message: 'The execution is already being continued' };

// Only saves work within one process: n8n decides who continues the execution.
const claims = new Claims();

/**
 * A call of the provider while the execution waits. It is a wake-up call and nothing else: the API is asked
 * what is true, and the execution continues once, when all of its tasks are final.
 *
 * Never throws: n8n would continue the execution with an empty item and drop the node's data (2.41.1).
 */
export async function receiveCallback(
	context: IWebhookFunctions,
	clock: Clock,
): Promise<IWebhookResponseData> {
	try {
		return await handle(context, clock);
	} catch (error) {
		// A credential that cannot be used proves nothing about anybody.
		if (error instanceof Refusal) {
			context.logger.warn(`Happy Horse: a callback was refused. ${error.message}; still waiting`);
			return answer(context, 401, { message: 'Refused: the credential cannot be used' });
		}
		const reason = error instanceof ApiFailure ? error.message : 'something unexpected came up';
		context.logger.warn(`Happy Horse: a callback could not be handled (${reason}); still waiting`);
		return answer(context, 503, { message: 'Cannot tell now, please call again' });
	}
}

async function handle(context: IWebhookFunctions, clock: Clock): Promise<IWebhookResponseData> {
	const api = await openApiForCall(context, clock);
	const rawBody = await rawBodyOf(context);
	const fault = faultOf(context, { rawBody, keys: api.provider.webhookKeys, clock });
	if (fault !== null) {
		context.logger.warn(`Happy Horse: a callback was refused, ${fault}; still waiting`);
		return answer(context, 401, { message: `Refused: ${fault}` });
	}
	const called = callbackTask(rawBody);
	if (called === 'too large') return answer(context, 413, { message: 'The body is too large' });
	if (called === null) return answer(context, 400, { message: 'The body holds no task' });
	// Before the suspension is read, which takes n8n's expression engine: two of three calls say no more than this.
	if (!isFinal(called.status)) return answer(context, 200, { message: 'Waiting goes on' });
	const suspension = suspensionOf(context);
	const awaited = suspension ? awaitedIn(suspension) : [];
	const own = awaited.find(({ taskId }) => taskId === called.task_id);
	if (!suspension || !own) return answer(context, 200, { message: 'Not a task of this execution' });

	// Two nodes of one execution may wait one after the other, and a node again in each round of a loop.
	const key = `${context.getExecutionId()}.${suspension.run}.${context.getNode().name}`;
	if (claims.isTaken(key, clock.now())) return answer(context, 200, BEING_CONTINUED);
	const known = await readFinals(api, { awaited, own, clock, key });
	if (claims.isTaken(key, clock.now())) return answer(context, 200, BEING_CONTINUED);
	if (!known.has(own.taskId)) {
		return answer(context, 503, { message: 'The task is not final yet, please call again' });
	}
	const remaining = awaited.filter(({ taskId }) => !known.has(taskId)).length;
	if (remaining > 0) return answer(context, 200, { message: 'Waiting goes on', remaining });
	return await resume(context, { api, clock, key, suspension, tasks: known.tasks });
}

/** The address holds n8n's token; with a webhook secret the call has to be signed as well. */
function faultOf(
	context: IWebhookFunctions,
	{ rawBody, keys, clock }: { rawBody: Buffer | null; keys: Buffer[] | null; clock: Clock },
): string | null {
	if (keys === null) return null;
	if (rawBody === null) return 'the body cannot be read as it was sent';
	const headers = { ...context.getHeaderData() };
	return signatureFault({ headers, rawBody }, { keys, nowMs: clock.now() });
}

interface Resumption {
	api: Api;
	clock: Clock;
	key: string;
	suspension: Suspension;
	/** The final state of every awaited task. */
	tasks: ReadonlyMap<string, Task>;
}

async function resume(
	context: IWebhookFunctions,
	{ api, clock, key, suspension, tasks }: Resumption,
): Promise<IWebhookResponseData> {
	if (!claims.take(key, { now: clock.now(), ms: CLAIM_MS })) {
		return answer(context, 200, BEING_CONTINUED);
	}
	// The sender gets its answer before the long work: it may give up after 15 seconds.
	answer(context, 200, { message: 'All videos are finished' });
	const { toErrorOutput } = suspension;
	const run = { context, api: patient(api, clock), clock, toErrorOutput };
	const finished = awaitedIn(suspension).flatMap((ordered) => {
		const task = tasks.get(ordered.taskId);
		return task ? [{ ordered, task }] : [];
	});
	const items = inPlaces(suspension, await deliver(run, finished));
	claims.keep(key, { now: clock.now(), ms: AFTERMATH_MS });
	forgetFinals(key);
	return { noWebhookResponse: true, workflowData: [fitErrorOutput(context, items)] };
}
