import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Item } from '../../../sandbox/n8n/execution';
import { itemsOf } from '../../../sandbox/n8n/execution';
import { n8nFacts } from '../../n8nFacts';
import type { Fault, FaultProxy, PassingRequest } from '../support/faults/faultProxy';
import { faultProxy } from '../support/faults/faultProxy';
import type { ImageServer } from '../support/network/imageServer';
import { draw, imageServer } from '../support/network/imageServer';
import { lockDatabase, processedRows } from '../support/executions/processedRows';
import { retried } from '../support/executions/retries';
import type { PublishedWorkflow } from '../support/testServer/testServer';
import { useOwnServer } from '../support/testServer/useTestServer';
import { until } from '../support/assertions/watching';
import { HAPPY_HORSE, CREATE_FIELDS, workflowWith } from '../support/workflows/workflow';

/**
 * n8n is killed once, while one request is at each step between "not claimed" and "its task ID is stored". A write
 * lock on n8n's database and a relay that holds requests and responses back make sure that each is where it should be.
 */
const testServer = useOwnServer({ reset: false });

const NOT_CLAIMED = 'not claimed';
const CLAIMED = 'claimed, not at the API';
const SENT = 'at the API, no response yet';
const RESPONDED = 'responded, ID not stored';
const REJECTED = 'rejected, claim not given back';
const STORED = 'ID stored';

const STEPS = [CLAIMED, SENT, RESPONDED, REJECTED, STORED];

/** What a row holds once the task ID is in it: the claim, 32 digits and the execution. */
const WHOLE_ROW = 34;

const KINDS = ['keyless', 'keyed'] as const;
type Kind = (typeof KINDS)[number];

const nameOf = (step: string, kind: Kind) => `${step} (${kind})`;

/** What came of one step of one kind. */
interface Seen {
	/** Tasks that exist at the API: when n8n was killed, and after all that was done then. */
	before: number;
	after: number;
	/** What came out for the item in each execution that tried it again. */
	outputs: Item[];
}

const seen = new Map<string, Seen>();

let relay: FaultProxy;
let images: ImageServer;
/** True once n8n has been killed: then everything passes. */
let over = false;

const never = new Promise<void>(() => undefined);

/** A promise to be kept by hand. */
function gate() {
	let open = () => undefined as void;
	const opened = new Promise<void>((resolve) => (open = resolve));
	return { opened, open: () => open() };
}

const responses = gate();

function faultOf({ create, body }: PassingRequest): Fault | undefined {
	if (!create || over) return undefined;
	if (body.includes(CLAIMED)) return { continues: never };
	if (body.includes(SENT)) return { comesBack: never };
	if (body.includes(STORED)) return undefined;
	return { comesBack: responses.opened };
}

async function counts(): Promise<Map<string, number>> {
	const { tasks } = await testServer.sandbox.control.state();
	const counted = new Map<string, number>();
	for (const { prompt } of tasks) counted.set(prompt!, (counted.get(prompt!) ?? 0) + 1);
	return counted;
}

const inDoubt = (item: Item) => /may have created its video/.test(String(item.json.error));

beforeAll(async () => {
	const { sandbox, n8n } = testServer;
	const { control } = sandbox;
	relay = await faultProxy(sandbox.url, faultOf);
	images = await imageServer();
	const heldImages: ServerResponse[] = [];
	for (const kind of KINDS) {
		images.responses.set(`/400x300.png?${kind}`, (response) => void heldImages.push(response));
	}
	const account = { apiKey: sandbox.key, webhookSecret: sandbox.secret };
	const credential = await testServer.addCredential({
		...{ provider: 'custom', baseUrl: relay.url, ...account },
	});
	const publish = async (kind: Kind): Promise<PublishedWorkflow> => {
		const options = kind === 'keyed' ? { idempotencyKey: '={{ $json.name }}' } : {};
		const parameters = { ...CREATE_FIELDS, operation: 'create', options };
		const onError = 'continueRegularOutput';
		return await testServer.publish(workflowWith({ credential, onError, parameters }));
	};
	const workflows = { keyless: await publish('keyless'), keyed: await publish('keyed') };
	const stepsOf = (kind: Kind) =>
		STEPS.map((step) => ({
			name: nameOf(step, kind),
			image: `${sandbox.url}/images/400x300.png`,
		}));
	const notClaimed = (kind: Kind) => [
		{ name: nameOf(NOT_CLAIMED, kind), image: `${images.url}/400x300.png?${kind}` },
	];

	await control.rules({
		on: 'create',
		where: { prompt: REJECTED },
		do: { response: { status: 400, body: { message: 'rejected' } } },
	});
	const started: Array<{ id: string; names: string[] }> = [];
	for (const kind of KINDS) {
		for (const items of [stepsOf(kind), notClaimed(kind)]) {
			const id = await workflows[kind].start(items);
			started.push({ id, names: items.map(({ name }) => name) });
		}
	}
	const claims = KINDS.length * STEPS.length;
	await until('each request stands at its step', async () => {
		const { posts } = await control.state();
		const rows = processedRows(n8n);
		return (
			rows.length === claims &&
			rows.filter((entries) => entries === WHOLE_ROW).length === KINDS.length &&
			relay.requests.filter(({ create }) => create).length === claims &&
			// All but those that are held back have a response, as far as the API knows.
			posts.filter(({ status }) => status > 0).length === claims - KINDS.length &&
			heldImages.length === KINDS.length
		);
	});
	const lock = lockDatabase(n8n);
	responses.open();
	const bytes = await draw('400x300.png');
	for (const response of heldImages) response.end(bytes);
	images.responses.clear();
	const returned = claims - 2 * KINDS.length;
	await until('the responses have come', async () => relay.returned.length === returned);
	// Time to do what the lock does not allow.
	await sleep(1500);
	await n8n.kill9();
	lock.giveBack();
	over = true;
	const before = await counts();
	const rows = processedRows(n8n);
	expect(rows).toHaveLength(claims);
	expect(rows.filter((entries) => entries === WHOLE_ROW)).toHaveLength(KINDS.length);
	await n8n.restart();
	await control.clearRules();

	const { client } = n8n;
	const retriedOf = async ({ id, names }: (typeof started)[number]) => {
		const crashed = await client.waitForExecution(id, { until: ['crashed'] });
		return { names, execution: await retried(client, crashed) };
	};
	const again: typeof started = [];
	for (const items of [stepsOf('keyed'), notClaimed('keyed')]) {
		const id = await workflows.keyed.start(items);
		again.push({ id, names: items.map(({ name }) => name) });
	}
	// A keyed request is tried by a retry and by another execution at the same moment.
	const done = await Promise.all([
		...started.map(retriedOf),
		...again.map(async ({ id, names }) => ({
			names,
			execution: await client.waitForExecution(id, { timeoutMs: 120_000 }),
		})),
	]);
	const after = await counts();
	for (const kind of KINDS) {
		for (const step of [NOT_CLAIMED, ...STEPS]) {
			const name = nameOf(step, kind);
			const outputs = done
				.filter(({ names }) => names.includes(name))
				.map(({ names, execution }) => itemsOf(execution, HAPPY_HORSE)[names.indexOf(name)]!);
			seen.set(name, { before: before.get(name) ?? 0, after: after.get(name) ?? 0, outputs });
		}
	}
});

afterAll(async () => {
	await relay?.close();
	await images?.close();
});

/** Before n8n 2.14 nothing ties the retry of a crashed execution to it, so only a key does. */
const forgets = (kind: Kind) => kind === 'keyless' && !n8nFacts.hasResumeToken;

describe.each(KINDS)('n8n is killed, and the execution is retried (%s)', (kind) => {
	const tries = kind === 'keyed' ? 2 : 1;

	const at = (step: string): Seen => {
		const found = seen.get(nameOf(step, kind))!;
		expect(found.outputs).toHaveLength(tries);
		return found;
	};

	it('creates the video whose request was not claimed yet, once', () => {
		const { before, after, outputs } = at(NOT_CLAIMED);
		expect({ before, after }).toEqual({ before: 0, after: 1 });
		expect(outputs.map(({ json }) => json.error)).toEqual(outputs.map(() => undefined));
		expect(new Set(outputs.map(({ json }) => json.task_id)).size).toBe(1);
	});

	it.each([
		[CLAIMED, 0],
		[SENT, 1],
		[RESPONDED, 1],
		[REJECTED, 0],
	])('says that the video may exist, and sends nothing again: %s', (step, exists) => {
		const { before, after, outputs } = at(step);
		expect(before).toBe(exists);
		expect(after).toBe(exists + (forgets(kind) ? 1 : 0));
		expect(outputs.map(inDoubt)).toEqual(outputs.map(() => !forgets(kind)));
	});

	it('takes up the video whose task ID was stored', async () => {
		const { before, after, outputs } = at(STORED);
		expect(before).toBe(1);
		expect(after).toBe(forgets(kind) ? 2 : 1);
		if (forgets(kind)) return;
		const { tasks } = await testServer.sandbox.control.state();
		const own = tasks.find(({ prompt }) => prompt === nameOf(STORED, kind));
		expect(outputs.map(({ json }) => json.task_id)).toEqual(outputs.map(() => own!.taskId));
	});
});
