import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';

import { generate } from 'selfsigned';

import type { ExecutionView } from '../../sandbox/n8n/execution';
import { itemsOf } from '../../sandbox/n8n/execution';
import { freePorts } from '../../sandbox/n8n/ports';
import type { RedirectTarget } from './support/network/redirectTarget';
import { redirectTarget } from './support/network/redirectTarget';
import type { NamedFault, Outcome } from './support/faults/faultCatalogue';
import { faults } from './support/faults/faultCatalogue';
import type { Fault, FaultProxy, PassingRequest } from './support/faults/faultProxy';
import { faultProxy } from './support/faults/faultProxy';
import type { WorkflowBranch } from './support/workflows/workflowBranches';
import { branchNode, branchOf, publishBranches } from './support/workflows/workflowBranches';
import { leaksIn } from './support/assertions/leaks';
import { inspectable } from './support/testServer/inspector';
import { liveMegabytes } from './support/testServer/liveMemory';
import { taskFromItem } from './support/workflows/itemParameters';
import { useOwnServer } from './support/testServer/useTestServer';
import { webhooksHandled, expectNoSecrets, until } from './support/assertions/watching';
import type { CredentialReference } from './support/workflows/workflow';
import { createAndWait } from './support/workflows/workflow';

let elsewhere: RedirectTarget;
const closing: Array<() => Promise<void>> = [];

let inspector = 0;

// Hooks run as they are registered: what n8n may still talk to goes before n8n.
afterAll(async () => {
	for (const close of closing) await close();
});

const testServer = useOwnServer({
	n8n: async () => {
		[inspector = 0] = await freePorts(1);
		return { env: inspectable(inspector) };
	},
	reset: false,
});

beforeAll(async () => {
	elsewhere = await redirectTarget();
	closing.push(elsewhere.close);
});

const OPERATIONS = ['create', 'polling', 'webhook'] as const;

const SIZES = [1, 7];

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 300 };

/** Which of seven create requests meet with the fault; of one it is the one. */
const isHit = (index: number, size: number) => size === 1 || index === 2 || index === 5;

const MAY_EXIST = /may have been created|may have created|could be charged twice/;

function parametersOf(operation: (typeof OPERATIONS)[number]): Record<string, unknown> {
	const fields = { imageUrl: '={{ $json.image }}', options: { pollInterval: 5 } };
	return operation === 'create'
		? createAndWait({ ...fields, operation, callback: 'none' })
		: createAndWait({ ...fields, waitUsing: operation, downloadVideo: false });
}

async function credentialFor(baseUrl: string): Promise<CredentialReference> {
	const { key, secret } = testServer.sandbox;
	return await testServer.addCredential({
		provider: 'custom',
		baseUrl,
		apiKey: key,
		webhookSecret: secret,
	});
}

/** Lets a fault happen to the first create requests of each image that is meant to meet with it. */
function onCreates({ fault, times }: NamedFault): (request: PassingRequest) => Fault | undefined {
	const met = new Map<string, number>();
	return ({ create, body }) => {
		const image = create ? /"image_url":"([^"]*)"/.exec(body)?.[1] : undefined;
		if (!image?.includes('hit')) return undefined;
		const before = met.get(image) ?? 0;
		met.set(image, before + 1);
		return before < times ? fault : undefined;
	};
}

/** Lets a fault happen to the first request of each kind. */
function onReads({ fault, times }: NamedFault): (request: PassingRequest) => Fault | undefined {
	const met = new Map<string, number>();
	return ({ create, line }) => {
		if (create || !line.startsWith('GET')) return undefined;
		const kind = /happy-horse-1\/[^/ ]+/.test(line) ? 'get' : 'list';
		const before = met.get(kind) ?? 0;
		met.set(kind, before + 1);
		return before < times ? fault : undefined;
	};
}

interface Row {
	fault: string;
	cells: number;
	creates: number;
	atProxy: number;
	accepted: number;
	most: number;
	ended: string;
	ids: string;
}

const table: Row[] = [];

let cellNumber = 0;

/** One execution of the matrix. */
interface Cell {
	branch: string;
	operation: (typeof OPERATIONS)[number];
	retry: boolean;
	size: number;
	items: Array<{ name: string; image: string }>;
}

function cellsOf(): Cell[] {
	return OPERATIONS.flatMap((operation) =>
		[false, true].flatMap((retry) =>
			SIZES.map((size): Cell => {
				const cell = cellNumber++;
				const items = Array.from({ length: size }, (_, index) => ({
					name: `cell ${cell}, item ${index}`,
					image: `${testServer.sandbox.url}/images/400x300.png?n=${index}&cell=${cell}${isHit(index, size) ? '&hit' : ''}`,
				}));
				return { branch: branchName(operation, retry), operation, retry, size, items };
			}),
		),
	);
}

const branchName = (operation: string, retry: boolean) => `${operation}${retry ? ', retried' : ''}`;

/** Runs all cells of one fault at the same time and gives what became of each. */
async function runCells(
	credential: CredentialReference,
	meanwhile?: () => Promise<void>,
): Promise<Array<{ cell: Cell; execution: ExecutionView }>> {
	const branches = OPERATIONS.flatMap((operation) =>
		[false, true].map(
			(retry): WorkflowBranch => ({
				name: branchName(operation, retry),
				credential,
				parameters: parametersOf(operation),
				settings: retry ? RETRY : {},
			}),
		),
	);
	const workflow = await publishBranches(testServer, branches);
	const cells = cellsOf();
	for (const { branch, items } of cells) await workflow.start(branch, items);
	await meanwhile?.();
	const executions = await workflow.ended(cells.length, 150_000);
	return cells.map((cell) => {
		const execution = executions.find(
			(candidate) =>
				branchOf(candidate) === cell.branch &&
				itemsOf(candidate, `Items ${cell.branch}`).length === cell.size,
		);
		if (!execution) throw new Error(`No execution for ${cell.branch}, ${cell.size}`);
		return { cell, execution };
	});
}

interface Seen {
	accepted: number;
	atProxy: number;
}

/** Counts at the sandbox and at the proxy, by image. */
async function countsOf(proxy?: FaultProxy): Promise<(image: string) => Seen> {
	const { acceptedPerImage } = await testServer.sandbox.control.state();
	return (image) => ({
		accepted: acceptedPerImage[image] ?? 0,
		atProxy:
			proxy?.requests.filter(({ create, body }) => create && body.includes(`"${image}"`)).length ??
			0,
	});
}

function expectOutcome(
	execution: ExecutionView,
	{ cell, outcome }: { cell: Cell; outcome: Outcome },
) {
	const { branch, items } = cell;
	const where = `${branch}, ${items.length}`;
	const { error } = execution;
	if (outcome === 'made') {
		expect([where, execution.status, error?.message]).toEqual([where, 'success', undefined]);
		const out = itemsOf(execution, branchNode(branch));
		expect(out.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		const status = cell.operation === 'create' ? 'CREATED' : 'COMPLETED';
		expect(out.map(({ json }) => json.status)).toEqual(items.map(() => status));
		return;
	}
	expect([where, execution.status]).toEqual([where, 'error']);
	const said = `${error?.message} ${error?.description}`;
	if (outcome === 'perhaps') {
		expect(said).toMatch(MAY_EXIST);
		expect(said).toContain('Get Many');
	} else {
		expect(said).toMatch(/The API could not be reached .*Nothing was created or charged/);
	}
}

/** Every ID that came whole to the node is in what n8n stored of the execution. */
function idsKept(
	results: ReadonlyArray<{ execution: ExecutionView }>,
	returned: readonly string[],
): { learned: number; kept: number } {
	const stored = results.map(({ execution }) => JSON.stringify(execution.data)).join('\n');
	const ids = returned
		.filter((response) => response.includes('"CREATED"'))
		.flatMap((response) => /"task_id":"([^"]+)"/.exec(response)?.[1] ?? []);
	return { learned: ids.length, kept: ids.filter((id) => stored.includes(id)).length };
}

async function expectHealthy(): Promise<void> {
	const response = await fetch(`${testServer.n8n.url}/healthz/readiness`);
	expect(response.status).toBe(200);
}

/** What n8n may come to hold on to over a group of faults: its caches, and the workflows that were published. */
const GROWTH_MB = 60;

/** Runs some work, and wants nothing of its responses to be kept when it is done. */
async function expectFlatMemory(work: () => Promise<void>): Promise<void> {
	const before = await liveMegabytes(inspector);
	await work();
	const growth = (await liveMegabytes(inspector)) - before;
	process.stdout.write(
		`memory: ${before.toFixed(0)} MB in use, ${growth.toFixed(1)} MB more afterwards\n`,
	);
	expect(growth).toBeLessThan(GROWTH_MB);
}

interface Trial {
	name: string;
	credential: CredentialReference;
	outcome: Outcome;
	accepted: number;
	proxy?: FaultProxy;
	meanwhile?: () => Promise<void>;
	/** How often a create request is seen by the proxy at least and at most. */
	times: number;
}

async function carryOut({ name, credential, outcome, accepted, proxy, times, meanwhile }: Trial) {
	const results = await runCells(credential, meanwhile);
	const countOf = await countsOf(proxy);
	const sum: Seen = { accepted: 0, atProxy: 0 };
	let most = 0;
	const ended = new Map<string, number>();
	for (const { cell, execution } of results) {
		expectOutcome(execution, { cell, outcome });
		expectNoSecrets(testServer, execution);
		ended.set(execution.status, (ended.get(execution.status) ?? 0) + 1);
		for (const [index, { image }] of cell.items.entries()) {
			const seen = countOf(image);
			const hit = isHit(index, cell.size);
			// The oracle: what reached the server, whatever the node says.
			expect(seen.accepted).toBeLessThanOrEqual(hit ? Math.max(1, accepted) : 1);
			// The first one to meet with the fault is always sent; those behind it may not be.
			if (hit && index < 5) expect(seen.accepted).toBe(accepted);
			if (outcome === 'made') expect(seen.accepted).toBe(hit ? accepted : 1);
			if (proxy) {
				const again = outcome === 'made' && name !== 'none' && accepted === 1 ? times + 1 : 1;
				expect(seen.atProxy).toBeLessThanOrEqual(hit ? again : 1);
			}
			sum.accepted += seen.accepted;
			sum.atProxy += seen.atProxy;
			most = Math.max(most, seen.accepted);
		}
	}
	const ids = idsKept(results, proxy?.returned ?? []);
	// A task may have been made by the second of two equal requests; the node hears of the first.
	expect(ids.kept).toBe(ids.learned);
	table.push({
		fault: name,
		cells: results.length,
		creates: results.reduce((total, { cell }) => total + cell.size, 0),
		...sum,
		most,
		ended: [...ended].map(([status, amount]) => `${amount} ${status}`).join(', '),
		ids: `${ids.kept}/${ids.learned}`,
	});
}

function printTable(): void {
	const heads = ['fault', 'cells', 'requests', 'at proxy', 'accepted', 'most', 'ended', 'IDs kept'];
	const rows = table.map((row) => [
		...[
			row.fault,
			row.cells,
			row.creates,
			row.atProxy,
			row.accepted,
			row.most,
			row.ended,
			row.ids,
		].map(String),
	]);
	const widths = heads.map((head, column) =>
		Math.max(...[head, ...rows.map((row) => row[column] ?? '')].map(({ length }) => length)),
	);
	const line = (row: string[]) =>
		row.map((text, column) => text.padEnd(widths[column]!)).join('  ');
	process.stdout.write(`\n${[heads, ...rows].map(line).join('\n')}\n\n`);
}

afterAll(printTable);

describe('A paid request that meets with a fault', () => {
	const CATALOGUE = faults('');
	// Several at a time: most of the time is waiting.
	const groups = [0, 1, 2].map((group) =>
		CATALOGUE.filter((_, index) => index % 3 === group).map(({ name }) => name),
	);

	it.each(groups)('is never sent twice: %s …', async (...names) => {
		const catalogue = faults(elsewhere.url);
		await expectFlatMemory(async () => {
			const results = await Promise.allSettled(
				names.map(async (name) => {
					const named = catalogue.find((candidate) => candidate.name === name)!;
					const proxy = await faultProxy(testServer.sandbox.url, onCreates(named));
					closing.push(proxy.close);
					const credential = await credentialFor(proxy.url);
					await carryOut({ ...named, credential, proxy });
					expect(proxy.requests.every(({ hadKey }) => hadKey)).toBe(true);
				}),
			);
			const failed = results.flatMap((result) =>
				result.status === 'rejected' ? [result.reason] : [],
			);
			if (failed.length > 0) throw failed[0];
			expect(elsewhere.received).toEqual([]);
			await webhooksHandled(testServer.sandbox.control);
			await expectHealthy();
		});
	});

	it('is sent again when it never left, and once the API is there, taken once', async () => {
		const { sandbox } = testServer;
		const [port = 0] = await freePorts(1);
		const credential = await credentialFor(`http://127.0.0.1:${port}`);
		const parameters = parametersOf('create');
		const workflow = await publishBranches(testServer, [
			{ name: 'late', credential, parameters, settings: RETRY },
		]);
		const items = Array.from({ length: 7 }, (_, index) => ({
			name: `late ${index}`,
			image: `${sandbox.url}/images/400x300.png?n=${index}&late`,
		}));
		await workflow.start('late', items);
		await until('all images have been looked at', async () => {
			const { requests } = await sandbox.control.state();
			const looks = requests.filter(({ path, bySandbox }) => path.endsWith('&late') && !bySandbox);
			return looks.length >= items.length;
		});
		// By now the first create requests have been rejected at a closed door.
		await sleep(500);
		const proxy = await faultProxy(sandbox.url, () => undefined, { port });
		closing.push(proxy.close);
		const [execution] = await workflow.ended(1, 60_000);
		expect([execution?.status, execution?.error?.message]).toEqual(['success', undefined]);
		const countOf = await countsOf(proxy);
		const seen = items.map(({ image }) => countOf(image));
		expect(seen).toEqual(items.map(() => ({ accepted: 1, atProxy: 1 })));
		table.push({
			...{ fault: 'closed, then open', cells: 1, creates: 7, atProxy: 7, accepted: 7, most: 1 },
			...{ ended: '1 success', ids: '' },
		});
	});

	it('gives up, with no video created, where there is no API', async () => {
		const closed = createServer();
		await new Promise<void>((done) => closed.listen(0, '127.0.0.1', done));
		const port = (closed.address() as AddressInfo).port;
		await new Promise((done) => closed.close(done));
		const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
		const selfMade = createTlsServer({ key, cert });
		selfMade.on('tlsClientError', () => undefined);
		await new Promise<void>((done) => selfMade.listen(0, '127.0.0.1', done));
		closing.push(async () => void selfMade.close());
		const nowhere: Array<[string, string]> = [
			['nothing listens', `http://127.0.0.1:${port}`],
			['no TLS there', testServer.sandbox.url.replace('http:', 'https:')],
			['a certificate of its own', `https://localhost:${(selfMade.address() as AddressInfo).port}`],
			['no such name', 'https://no-such-host.internal'],
		];
		await Promise.all(
			nowhere.map(async ([name, baseUrl]) => {
				const credential = await credentialFor(baseUrl);
				await carryOut({ name, credential, outcome: 'never', accepted: 0, times: 0 });
			}),
		);
		await expectHealthy();
	});
});

describe('A request that meets with a fault', () => {
	const PASSING = [
		'reset before it continues',
		'closed instead of the response',
		'response reset in its body',
		'429, Retry-After 1',
		'503 with the documented words',
		'503 with other words in JSON',
		'503 with a page',
		'200, JSON cut short',
		'gzip bomb of 300 MB',
		'response without end',
	];
	const READERS = ['polling', 'webhook', 'wait', 'get', 'getAll'] as const;

	it('is sent again, and costs nothing', async () => {
		const { sandbox } = testServer;
		const [done = ''] = await sandbox.control.seedTasks({ count: 1, status: 'COMPLETED' });
		const catalogue = faults(elsewhere.url).filter(({ name }) => PASSING.includes(name));
		expect(catalogue).toHaveLength(PASSING.length);
		await expectFlatMemory(async () => {
			await Promise.all(catalogue.map(async (named) => await readThrough(named, done)));
			await expectHealthy();
		});
	});

	async function readThrough(named: NamedFault, done: string): Promise<void> {
		const proxies = await Promise.all(
			READERS.map(async () => await faultProxy(testServer.sandbox.url, onReads(named))),
		);
		closing.push(...proxies.map(({ close }) => close));
		const branches = await Promise.all(
			READERS.map(async (name, index): Promise<WorkflowBranch> => {
				const credential = await credentialFor(proxies[index]!.url);
				return { name, credential, parameters: readerParameters(name) };
			}),
		);
		const workflow = await publishBranches(testServer, branches);
		const cell = cellNumber++;
		const createItems = (reader: string) =>
			[0, 1, 2].map((index) => ({
				name: `${reader} ${index}`,
				image: `${testServer.sandbox.url}/images/400x300.png?n=${index}&cell=${cell}&${reader}`,
			}));
		for (const name of READERS) {
			const creates = name === 'polling' || name === 'webhook';
			await workflow.start(
				name,
				creates ? createItems(name) : [{ task_id: done, model: 'happy-horse-1' }],
			);
		}
		const executions = await workflow.ended(READERS.length, 150_000);
		const { acceptedPerImage } = await testServer.sandbox.control.state();
		for (const execution of executions) {
			const branch = branchOf(execution);
			expect([named.name, branch, execution.status, execution.error?.message]).toEqual([
				...[named.name, branch, 'success', undefined],
			]);
			const out = itemsOf(execution, branchNode(branch));
			if (branch === 'getAll') expect(out.map(({ json }) => json.task_id)).toContain(done);
			else expect(new Set(out.map(({ json }) => json.status))).toEqual(new Set(['COMPLETED']));
		}
		for (const { image } of [...createItems('polling'), ...createItems('webhook')]) {
			expect(acceptedPerImage[image]).toBe(1);
		}
		table.push({
			fault: `reading: ${named.name}`,
			cells: READERS.length,
			creates: 6,
			atProxy: proxies.flatMap(({ requests }) => requests.filter(({ create }) => create)).length,
			accepted: 6,
			most: 1,
			ended: `${executions.length} success`,
			ids: '',
		});
	}

	function readerParameters(reader: (typeof READERS)[number]): Record<string, unknown> {
		if (reader === 'polling' || reader === 'webhook') return parametersOf(reader);
		if (reader === 'getAll') {
			const listing = { returnAll: true, includeVideoUrl: false, filters: { status: [] } };
			return { operation: 'getAll', model: 'happy-horse-1', ...listing };
		}
		return taskFromItem(reader, { downloadVideo: false, maxWait: 2, options: {} });
	}
});

it('leaves no key and no secret anywhere, and n8n on its feet', async () => {
	await until('no webhook is open', async () => {
		await webhooksHandled(testServer.sandbox.control);
		return true;
	});
	const { found, read } = leaksIn(testServer.n8n, [
		testServer.sandbox.key,
		testServer.sandbox.secret,
	]);
	expect(read).toBeGreaterThan(100_000);
	expect(found).toEqual([]);
});
