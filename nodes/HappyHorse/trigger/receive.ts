import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { Clock } from '../concurrency/clock';
import { inTime } from '../concurrency/inTime';
import type { Api } from '../http/apiClient';
import { openApiForWebhook } from '../http/apiClient';
import { isRegistrationCheck } from '../n8n/webhookRegistered';
import { signatureFault } from '../signature/verify';
import type { Task } from '../tasks/task';
import { isWhole, STATUSES } from '../tasks/task';
import { ValidationError } from '../validationError';
import { taskInBody } from '../webhook/body';
import { rawBodyOf } from '../webhook/rawBody';
import { respond } from '../webhook/respond';
import type { SignedQuery } from '../webhook/signedQuery';
import { readSignedQuery } from '../webhook/signedQuery';
import type { Confirmation } from './confirm';
import { confirm } from './confirm';
import type { TriggerEvent } from './event';
import { SeenEvents } from './seenEvents';

/** Many senders give up after 15 seconds. */
const LONGEST_RESPONSE_MS = 8000;

/** An open webhook holds about 12 MB of n8n (its expression engine). */
const MOST_OPEN = 50;

const MOST_OPEN_OF_STRANGERS = 10;

// Work of this process only: what counts is in `emit.ts`, inside the execution.
const seenEvents = new SeenEvents();
const confirming = new Map<string, Promise<Confirmation>>();

/**
 * A webhook at the trigger's URL. It starts an execution only if it is signed or, without a secret, confirmed by the API.
 * Never throws.
 */
export async function receive(
	context: IWebhookFunctions,
	clock: Clock,
): Promise<IWebhookResponseData> {
	try {
		return await handle(context, clock);
	} catch (error) {
		// With an unusable credential no sender can be verified.
		if (error instanceof ValidationError) return reject(context, 'the credential cannot be used');
		context.logger.warn('Happy Horse Trigger: a webhook could not be verified just now');
		return respond(context, 503, { message: 'Cannot tell now, please send it again' });
	}
}

async function handle(context: IWebhookFunctions, clock: Clock): Promise<IWebhookResponseData> {
	if (isRegistrationCheck(context)) return respond(context, 200, { message: 'Listening' });
	const api = await openApiForWebhook(context, clock);
	const { webhookKeys, signingKey } = api.provider;
	const rawBody = await rawBodyOf(context);
	if (rawBody === null) return reject(context, 'the body cannot be read as it was sent');
	if (webhookKeys !== null) {
		const message = { headers: { ...context.getHeaderData() }, rawBody };
		const fault = signatureFault(message, { keys: webhookKeys, nowMs: clock.now() });
		if (fault !== null) return reject(context, fault);
	}
	const task = taskInBody(rawBody);
	if (task === 'too large') return respond(context, 413, { message: 'The body is too large' });
	if (task === null) return respond(context, 400, { message: 'The body holds no task' });
	if (!wantedEvents(context).includes(task.status)) return ignore(context);
	const place = `${context.getMode()} ${context.getWorkflow().id} ${context.getNode().id}`;
	// A test in the editor may be repeated as often as the user likes.
	const isRepeated = () => context.getMode() !== 'manual' && !seenEvents.isNew(place, task);
	if (isRepeated()) return ignore(context);

	const signed = readNote(context, signingKey);
	const note = signed ?? undefined;
	const noteRejected = signed === null;
	if (webhookKeys !== null) {
		const confirmed = note !== undefined && isWhole(task);
		return start(context, { place, task, note, noteRejected, confirmed });
	}
	const arrival: Arrival = { place, task, note, noteRejected };
	return await confirmAndStart(context, { api, clock, isRepeated, ...arrival });
}

function wantedEvents(context: IWebhookFunctions): string[] {
	const events: unknown = context.getNodeParameter('events', []);
	const known: readonly string[] = STATUSES;
	return Array.isArray(events) ? events.filter((event: string) => known.includes(event)) : [];
}

function reject(context: IWebhookFunctions, reason: string): IWebhookResponseData {
	context.logger.warn(`Happy Horse Trigger: a webhook was rejected, ${reason}`);
	return respond(context, 401, { message: `Rejected: ${reason}` });
}

function ignore(context: IWebhookFunctions): IWebhookResponseData {
	return respond(context, 200, { message: 'Nothing to do' });
}

function readNote(context: IWebhookFunctions, key: Buffer): SignedQuery | null | undefined {
	const note = readSignedQuery({ ...context.getQueryData() }, key);
	if (note === null) {
		context.logger.warn(
			'Happy Horse Trigger: metadata was changed on its way, or signed with another API key, and is left out',
		);
	}
	return note;
}

interface Arrival {
	place: string;
	task: Task;
	note: SignedQuery | undefined;
	/** True when there was a note that was not signed with this API key. */
	noteRejected: boolean;
}

interface Unconfirmed extends Arrival {
	api: Api;
	clock: Clock;
	isRepeated(): boolean;
}

/** Without a secret the API itself has to confirm the webhook. */
async function confirmAndStart(
	context: IWebhookFunctions,
	{ api, clock, isRepeated, ...arrival }: Unconfirmed,
): Promise<IWebhookResponseData> {
	const { place, task, note, noteRejected } = arrival;
	const key = `${place} ${task.task_id} ${task.status}`;
	const isKnown = confirming.has(key);
	if (!isKnown && confirming.size >= (note ? MOST_OPEN : MOST_OPEN_OF_STRANGERS))
		return busy(context);
	const confirmation = confirming.get(key) ?? confirmOnce(key, { api, clock, ...arrival });
	// The check continues after the response: some senders do not repeat a webhook.
	const end = clock.now() + LONGEST_RESPONSE_MS;
	const known = confirmation.then((value) => ({ value }));
	const isLate = (await inTime(known, { clock, end })) === 'late';
	if (isLate) busy(context);
	if (isKnown) return isLate ? { noWebhookResponse: true } : ignore(context);
	const truth = await confirmation;
	if (truth === 'outdated') return ignore(context);
	if (truth === 'denied') {
		return reject(context, 'the API does not confirm it, and no webhook secret is configured');
	}
	// During the check the same webhook may have come in once more.
	if (isRepeated()) return ignore(context);
	return start(context, {
		place,
		task: truth.task,
		note: { ...note, endpoint: truth.endpoint },
		noteRejected,
		confirmed: true,
	});
}

async function confirmOnce(
	key: string,
	{ api, clock, task, note }: Omit<Unconfirmed, 'isRepeated'>,
): Promise<Confirmation> {
	const confirmation = confirm(
		api,
		{ task, endpoint: note?.endpoint },
		{ clock, random: Math.random },
	);
	confirming.set(key, confirmation);
	try {
		return await confirmation;
	} finally {
		confirming.delete(key);
	}
}

function busy(context: IWebhookFunctions): IWebhookResponseData {
	return respond(context, 503, { message: 'Cannot tell yet, please send it again' });
}

function start(
	context: IWebhookFunctions,
	{ place, task, note, noteRejected, confirmed }: Arrival & { confirmed: boolean },
): IWebhookResponseData {
	seenEvents.add(place, task);
	const event: TriggerEvent = {
		task,
		endpoint: note?.endpoint,
		metadata: note?.metadata,
		noteRejected,
		confirmed,
	};
	respond(context, 200, { message: 'Thank you' });
	return { noWebhookResponse: true, workflowData: [[{ json: { ...event } as IDataObject }]] };
}
