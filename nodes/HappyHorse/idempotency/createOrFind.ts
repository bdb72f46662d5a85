import type { IDataObject } from 'n8n-workflow';

import { toApiError } from '../http/apiError';
import { retryPauseMs } from '../http/retryPolicy';
import type { Ticket } from '../http/turns';
import { createTask } from '../tasks/taskClient';
import { cancelled, mayExist, notKept, notRecorded } from './createErrors';
import type {
	Attempt,
	Attempted,
	CreateResult,
	CreateRun,
	Earlier,
	PreparedRequest,
	Scope,
	Stop,
} from './createTypes';
import { hashOf } from './requestIdentity';

/** How long to wait for the task ID of a request that another try has claimed. */
const LONGEST_WAIT_MS: Record<Scope, number> = { execution: 15_000, tool: 15_000, key: 60_000 };

const READ_AGAIN_MS = 250;

/**
 * Creates the task of one request, or finds the one that an earlier try created. The claim decides which.
 *
 * @throws ApiError
 */
export async function createOrFind(
	run: CreateRun,
	attempt: Attempt,
	stop: Stop,
): Promise<Attempted<CreateResult>> {
	if (stop.isSet) return { result: { skipped: stop.reason } };
	const { request } = attempt;
	const claim = claimOf(attempt);
	const known = knownHere(run, claim);
	if (known === 'unknown') throw mayExist(request);
	if (known !== undefined) return { earlier: known };
	if (run.clock.isCancelled()) throw cancelled();
	// Only saves needless uploads: the claim below decides.
	if (request.uploads && (await isClaimed(run, request, claim))) {
		const earlier = await findEarlier(run, request, claim);
		if (earlier !== null) return { earlier };
	}
	const body = await request.body();
	for (let tried = 1; ; tried++) {
		// Before the claim: others wait for the task ID of a claimed request, and not for as long as a turn may take.
		const ticket = await run.api.takeTicket();
		try {
			// Another item may have failed while this one waited.
			if (stop.isSet) return { result: { skipped: stop.reason } };
			if (await claimed(run, request, claim)) {
				return { result: await send(run, { request, claim, body, ticket }) };
			}
		} catch (error) {
			// The claim was given back, for the same reason: others must not wait for it while this request pauses.
			const failure = toApiError(error);
			const random = Math.random();
			const pause = retryPauseMs(failure, { purpose: 'create', tried, random });
			if (pause === null || run.clock.isCancelled()) throw toApiError(error);
			await run.clock.pause(pause);
			continue;
		} finally {
			ticket.giveBack();
		}
		const earlier = await findEarlier(run, request, claim);
		if (earlier !== null) return { earlier };
		if (run.clock.isCancelled()) throw cancelled();
	}
}

/** Whether an attempt would be sent, or the task of an earlier one. Claims nothing and sends nothing. */
export async function previewAttempt(
	run: CreateRun,
	attempt: Attempt,
): Promise<Attempted<boolean>> {
	const claim = claimOf(attempt);
	const known = knownHere(run, claim);
	if (known === 'unknown') return { result: false };
	if (known !== undefined) return { earlier: known };
	const seen = await run.databaseStore?.read(claim, run.executionId).catch(() => 'open' as const);
	if (typeof seen === 'object') return { earlier: seen };
	return { result: seen === undefined || seen === 'released' };
}

function claimOf({ request, generation }: Attempt): string {
	return generation === 0 ? request.claim : hashOf([request.claim, generation]);
}

/** What the execution store knows of a claim, from this execution and those that it retries. */
function knownHere(
	{ executionStore, executionId }: CreateRun,
	claim: string,
): Earlier | 'unknown' | undefined {
	const known = executionStore.find(claim);
	if (known?.state === 'created') {
		return { taskId: known.task_id, own: known.execution_id === executionId };
	}
	return known?.state === 'sent' || known?.state === 'unknown' ? 'unknown' : undefined;
}

async function isClaimed(
	{ databaseStore, isRetry }: CreateRun,
	{ scope }: PreparedRequest,
	claim: string,
): Promise<boolean> {
	if (!databaseStore || (!isRetry && scope === 'execution')) return false;
	return await databaseStore.exists(claim).catch(() => false);
}

/** True when this execution may send the request: it has the claim, or this n8n cannot keep claims. */
async function claimed(
	{ databaseStore }: CreateRun,
	{ scope }: PreparedRequest,
	claim: string,
): Promise<boolean> {
	if (databaseStore === null) return true;
	const outcome = await databaseStore.claim(claim);
	if (typeof outcome === 'object') throw notRecorded(outcome.fault);
	if (outcome === 'unsupported' && scope === 'key') throw notKept();
	return outcome !== 'taken';
}

/**
 * The task of a request that was claimed before; `null` when the claim was given back meanwhile.
 *
 * @throws ApiError when the request may have created a task whose ID is unknown.
 */
async function findEarlier(
	{ databaseStore, executionStore, executionId, clock }: CreateRun,
	request: PreparedRequest,
	claim: string,
): Promise<Earlier | null> {
	const end = clock.now() + LONGEST_WAIT_MS[request.scope];
	for (;;) {
		const seen = await databaseStore!.read(claim, executionId).catch(() => 'open' as const);
		if (seen === 'released') return null;
		if (typeof seen === 'object') {
			const { taskId, own } = seen;
			const execution_id = own ? executionId : 'another';
			executionStore.write(claim, { state: 'created', task_id: taskId, execution_id });
			return seen;
		}
		if (seen === 'unknown' || clock.now() >= end) break;
		if (clock.isCancelled()) throw cancelled();
		await clock.pause(READ_AGAIN_MS);
	}
	throw mayExist(request);
}

interface Sending {
	request: PreparedRequest;
	claim: string;
	body: IDataObject;
	ticket: Ticket;
}

async function send(
	{ api, clock, executionStore, databaseStore, executionId }: CreateRun,
	{ request, claim, body, ticket }: Sending,
): Promise<CreateResult> {
	if (clock.isCancelled()) {
		await databaseStore?.release(claim).catch(() => undefined);
		throw cancelled();
	}
	executionStore.write(claim, { state: 'sent' });
	try {
		const { endpoint, retryUnavailable } = request;
		const task = await createTask(api, { endpoint, body, retryUnavailable, ticket });
		const { task_id } = task;
		executionStore.write(claim, { state: 'created', task_id, execution_id: executionId });
		// If this fails, the claim stays open: a later try says that the video may exist, and never pays again.
		await databaseStore?.complete(claim, { taskId: task_id, executionId }).catch(() => undefined);
		return { task, own: true, reused: false };
	} catch (error) {
		const failure = toApiError(error);
		const { outcomeUnknown } = failure;
		executionStore.write(claim, { state: outcomeUnknown ? 'unknown' : 'rejected' });
		const end = outcomeUnknown ? databaseStore?.giveUp(claim) : databaseStore?.release(claim);
		await end?.catch(() => undefined);
		throw toApiError(error);
	}
}
