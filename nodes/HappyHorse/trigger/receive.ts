import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { callbackTask } from '../lifecycle/waiting/callbackBody';
import type { CallbackNote } from '../lifecycle/waiting/callbackNote';
import { noteFrom } from '../lifecycle/waiting/callbackNote';
import type { Clock } from '../clock';
import { MODELS } from '../lifecycle/model';
import type { Task } from '../lifecycle/task';
import { isFinal, STATUSES } from '../lifecycle/task';
import { answer, rawBodyOf } from '../lifecycle/waiting/webhookAnswer';
import { Refusal } from '../refusal';
import type { Api } from '../transport/api';
import { openApiForCall } from '../transport/api';
import { signatureFault } from '../verification/signature';
import { Allowance } from './allowance';
import type { TriggerEvent } from './event';
import { Outcomes } from './outcomes';
import { readAnyModel } from './readAnyModel';

/** Below the 50 requests a minute that the API allows, so that strangers cannot use them all up. */
const CONFIRMATIONS_PER_MINUTE = 40;

/** The API has been seen to call before it answers reads with the new status. */
const LAG_MS = 1500;

// Work of this process only: what counts is in `emit.ts`, inside the execution.
const outcomes = new Outcomes();
const allowance = new Allowance(CONFIRMATIONS_PER_MINUTE);

/**
 * A call at the trigger's address: verified, then passed on, or answered and forgotten. It never throws and
 * starts nothing that is not signed or, without a secret, confirmed by the API.
 */
export async function receive(
	context: IWebhookFunctions,
	clock: Clock,
): Promise<IWebhookResponseData> {
	try {
		return await handle(context, clock);
	} catch (error) {
		// A credential that cannot be used proves nothing about anybody.
		if (error instanceof Refusal) return refuse(context, 'the credential cannot be used');
		context.logger.warn('Happy Horse Trigger: a call could not be checked just now');
		return answer(context, 503, { message: 'Cannot tell now, please call again' });
	}
}

async function handle(context: IWebhookFunctions, clock: Clock): Promise<IWebhookResponseData> {
	const api = await openApiForCall(context, clock);
	const { webhookKeys, noteKey } = api.provider;
	const rawBody = await rawBodyOf(context);
	if (rawBody === null) return refuse(context, 'the body cannot be read as it was sent');
	if (webhookKeys !== null) {
		const message = { headers: { ...context.getHeaderData() }, rawBody };
		const fault = signatureFault(message, { keys: webhookKeys, nowMs: clock.now() });
		if (fault !== null) return refuse(context, fault);
	}
	const task = callbackTask(rawBody);
	if (task === 'too large') return answer(context, 413, { message: 'The body is too large' });
	if (task === null) return answer(context, 400, { message: 'The body holds no task' });
	if (!wantedEvents(context).includes(task.status)) return ignore(context);
	const place = `${context.getMode()} ${context.getWorkflow().id} ${context.getNode().id}`;
	// A test in the editor may be repeated as often as the user likes.
	const isRepeated = () => context.getMode() !== 'manual' && !outcomes.isNew(place, task);
	if (isRepeated()) return ignore(context);

	const note = readNote(context, noteKey);
	if (webhookKeys !== null) return start(context, { place, task, note, confirmed: false });
	return await confirmAndStart(context, { api, clock, isRepeated, place, task, note });
}

function wantedEvents(context: IWebhookFunctions): string[] {
	const events: unknown = context.getNodeParameter('events', []);
	const known: readonly string[] = STATUSES;
	return Array.isArray(events) ? events.filter((event: string) => known.includes(event)) : [];
}

function refuse(context: IWebhookFunctions, reason: string): IWebhookResponseData {
	context.logger.warn(`Happy Horse Trigger: a call was refused, ${reason}`);
	return answer(context, 401, { message: `Refused: ${reason}` });
}

function ignore(context: IWebhookFunctions): IWebhookResponseData {
	return answer(context, 200, { message: 'Nothing to do' });
}

function readNote(context: IWebhookFunctions, key: Buffer): CallbackNote | undefined {
	const note = noteFrom({ ...context.getQueryData() }, key);
	if (note === null) {
		context.logger.warn('Happy Horse Trigger: metadata was changed on its way and is left out');
	}
	return note ?? undefined;
}

interface Arrival {
	place: string;
	task: Task;
	note: CallbackNote | undefined;
}

/** Without a secret the API itself has to say the same as the call. */
async function confirmAndStart(
	context: IWebhookFunctions,
	{
		api,
		clock,
		isRepeated,
		place,
		task,
		note,
	}: Arrival & {
		api: Api;
		clock: Clock;
		isRepeated: () => boolean;
	},
): Promise<IWebhookResponseData> {
	const truth = await confirmation(api, { clock, task, note });
	if (truth === 'busy')
		return answer(context, 503, { message: 'Too many calls, please call again' });
	if (truth === null || truth.task.status !== task.status) {
		return refuse(context, 'the API does not confirm it, and no webhook secret is configured');
	}
	// While the API was asked, the same call may have come in once more.
	if (isRepeated()) return ignore(context);
	return start(context, {
		place,
		task: truth.task,
		note: { ...note, model: truth.model },
		confirmed: true,
	});
}

async function confirmation(
	api: Api,
	{ clock, task, note }: { clock: Clock; task: Task; note: CallbackNote | undefined },
): Promise<Awaited<ReturnType<typeof readAnyModel>> | 'busy'> {
	const models = note === undefined ? MODELS.length : 1;
	if (!allowance.take(clock.now(), models)) return 'busy';
	const truth = await readAnyModel(api, task.task_id, note?.model);
	const behind = truth !== null && truth.task.status !== task.status && !isFinal(truth.task.status);
	if (!behind || !allowance.take(clock.now())) return truth;
	await clock.pause(LAG_MS);
	return await readAnyModel(api, task.task_id, truth.model);
}

function start(
	context: IWebhookFunctions,
	{ place, task, note, confirmed }: Arrival & { confirmed: boolean },
): IWebhookResponseData {
	outcomes.add(place, task);
	const event: TriggerEvent = {
		task,
		model: note?.model,
		metadata: note?.metadata,
		confirmed,
	};
	answer(context, 200, { message: 'Thank you' });
	return { noWebhookResponse: true, workflowData: [[{ json: { ...event } as IDataObject }]] };
}
