import { Readable } from 'stream';

import type {
	IAdditionalCredentialOptions,
	IBinaryData,
	IContextObject,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
} from 'n8n-workflow';

import type { FakeDatabase } from './fakeDatabase';

export interface FakeRequest extends IHttpRequestOptions {
	/** Name of the credential that n8n was told to sign with; undefined without one. */
	credential: string | undefined;
}

export interface FakeResponse {
	statusCode: number;
	headers?: Record<string, string>;
	body: string | Buffer;
}

export interface Setup {
	/** Fields of the node, for all items or one set for each. */
	parameters?: IDataObject | IDataObject[];
	items?: INodeExecutionData[];
	respond?: (request: FakeRequest) => FakeResponse | Promise<FakeResponse>;
	credential?: IDataObject;
	continueOnFail?: boolean;
	onError?: 'continueErrorOutput';
	executionId?: string;
	runIndex?: number;
	resumeUrl?: string;
	nodeType?: string;
	nodeContext?: IContextObject;
	/** The nodes before it. */
	before?: Array<{ name: string; type: string }>;
	/** What further expressions give. */
	expressions?: Record<string, unknown>;
	mode?: string;
	signal?: AbortSignal;
	/** Bytes of the binary file of each item. */
	files?: Buffer[];
	/** What n8n says of the size of a file that it keeps outside of the item. */
	fileSize?: number;
	/** Without it this n8n keeps no processed items. */
	database?: FakeDatabase;
	/** What the user entered in the node's fields; left out, the fields of the first item. */
	raw?: IDataObject;
	workflowId?: string;
}

export const createParameters: IDataObject = {
	model: 'happy-horse-1',
	imageSource: 'url',
	imageUrl: 'https://images.example.com/a.jpg',
	binaryPropertyName: 'data',
	prompt: 'a horse',
	resolution: '1080P',
	duration: 5,
	callback: 'none',
	waitUsing: 'polling',
	maxWait: 30,
	downloadVideo: false,
	outputBinaryPropertyName: 'data',
	options: {},
};

/** What all API keys of the tests begin with. */
export const API_KEY = 'FPSX-0123456789abcdef';

let tests = 0;

beforeEach(() => void tests++);

/** The API key of this test: what the process keeps of an account, such as its limit of requests, must not reach others. */
export const ownKey = () => `${API_KEY}-${tests}`;

/** The part of n8n that a node sees, with the network as a function and a record of its requests. */
export function fakeExecution(setup: Setup) {
	const requests: FakeRequest[] = [];
	const waits: Date[] = [];
	/** Names of the steps whose order matters. */
	const steps: string[] = [];
	const filesRead: string[] = [];
	const warnings: string[] = [];
	const hints: unknown[] = [];
	/** What each signed request brought along, so that n8n need not read the credential again. */
	const credentialsHandedOn: unknown[] = [];
	const items = setup.items ?? [{ json: {} }];
	const nodeContext = setup.nodeContext ?? {};
	const { parameters = createParameters } = setup;
	const node = {
		id: 'n1',
		name: 'Happy Horse',
		type: setup.nodeType ?? 'n8n-nodes-happy-horse.happyHorse',
		typeVersion: 1,
		position: [0, 0],
		parameters: setup.raw ?? (Array.isArray(parameters) ? (parameters[0] ?? {}) : parameters),
		credentials: { happyHorseApi: { id: 'c1', name: 'Happy Horse API' } },
		...(setup.onError === undefined ? {} : { onError: setup.onError }),
	};
	const executeData = { data: { main: [items] }, node, source: null };
	const workflow = setup.workflowId ?? 'wf';

	async function exchange(request: FakeRequest): Promise<unknown> {
		requests.push(request);
		steps.push(`${request.method ?? 'GET'} ${new URL(request.url).pathname}`);
		if (!setup.respond) throw new Error('nothing may be sent here');
		const { statusCode, headers = {}, body } = await setup.respond(request);
		if (request.encoding !== 'stream') return { statusCode, headers, body };
		return { statusCode, headers, body: Readable.from([Buffer.from(body)]) };
	}

	const context = {
		getNode: () => node,
		getInputData: () => items,
		getWorkflow: () => ({ id: workflow, name: 'Videos', active: true }),
		getMode: () => setup.mode ?? 'trigger',
		getExecutionId: () => setup.executionId ?? '1',
		getContext: () => nodeContext,
		getParentNodes: () => setup.before ?? [],
		getExecuteData: () => executeData,
		getExecutionCancelSignal: () => setup.signal,
		continueOnFail: () => setup.continueOnFail ?? setup.onError !== undefined,
		getCredentials: async () => setup.credential ?? { provider: 'magnific', apiKey: ownKey() },
		addExecutionHints: (...added: unknown[]) => void hints.push(...added),
		logger: { warn: (text: string) => warnings.push(text) },
		getNodeParameter(
			name: string,
			item: number,
			fallback: unknown,
			options?: { extractValue?: boolean },
		) {
			const fields = {
				resource: 'imageToVideo',
				...(Array.isArray(parameters) ? parameters[item] : parameters),
			};
			const value = name
				.split('.')
				.reduce<unknown>((part, key) => (part as IDataObject | undefined)?.[key], fields);
			const plain = options?.extractValue ? ((value as IDataObject)?.value ?? value) : value;
			return plain === undefined ? fallback : plain;
		},
		getCurrentNodeParameter: (name: string) => context.getNodeParameter(name, 0, undefined),
		evaluateExpression(expression: string) {
			if (expression === '{{ $execution.resumeUrl }}') {
				return (
					setup.resumeUrl ??
					`http://localhost:5678/webhook-waiting/${context.getExecutionId()}?signature=abc`
				);
			}
			if (expression === '{{ $runIndex }}') return setup.runIndex ?? 0;
			if (setup.expressions && expression in setup.expressions)
				return setup.expressions[expression];
			throw new Error(`unknown expression ${expression}`);
		},
		async putExecutionToWait(until: Date) {
			steps.push('putExecutionToWait');
			waits.push(until);
		},
		helpers: {
			...setup.database?.helpers(node, { workflow }),
			async httpRequestWithAuthentication(
				this: unknown,
				credential: string,
				options: IHttpRequestOptions,
				more?: IAdditionalCredentialOptions,
			) {
				if (this !== context) throw new Error('n8n needs its own `this`');
				credentialsHandedOn.push(more?.credentialsDecrypted?.data);
				return await exchange({ ...options, credential });
			},
			httpRequest: async (options: IHttpRequestOptions) =>
				await exchange({ ...options, credential: undefined }),
			async getBinaryDataBuffer(item: number) {
				filesRead.push(`bytes of item ${item}`);
				return setup.files?.[item] ?? Buffer.alloc(0);
			},
			async getBinaryMetadata(id: string) {
				filesRead.push(`size of ${id}`);
				return { fileSize: setup.fileSize ?? 1000 };
			},
			async prepareBinaryData(
				stream: Readable,
				fileName: string,
				mimeType: string,
			): Promise<IBinaryData> {
				const chunks: Buffer[] = [];
				for await (const chunk of stream) chunks.push(chunk as Buffer);
				const data = Buffer.concat(chunks).toString('base64');
				return { data, fileName, mimeType };
			},
		},
	};
	return {
		context: context as unknown as IExecuteFunctions,
		/** The same object, for tests that bend one of its functions. */
		bendable: context,
		requests,
		posts: () =>
			requests.filter(({ method, url }) => method === 'POST' && !url.includes('/uploads/')),
		/** What went to the API, with its key. */
		toApi: () => requests.filter(({ credential }) => credential !== undefined),
		/** The URLs of the images that were looked at, in the order of the requests. */
		looks: () =>
			requests.filter(({ headers }) => headers?.Range !== undefined).map(({ url }) => url),
		steps,
		filesRead,
		waits,
		warnings,
		hints,
		credentialsHandedOn,
		nodeContext,
		executeData,
	};
}

/** Runs what sleeps on jest's fake timers to its end. */
export async function settle<T>(promise: Promise<T>, maxMs = 3_600_000): Promise<T> {
	let done = false;
	const finished = promise.finally(() => (done = true));
	finished.catch(() => {});
	for (let passed = 0; !done && passed < maxMs; passed += 1000) {
		await jest.advanceTimersByTimeAsync(1000);
		await new Promise((resolve) => setImmediate(resolve));
	}
	if (!done) throw new Error('still running');
	return await finished;
}

/** Fake timers that leave alone what streams need. */
export function ownTime(): void {
	jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
}

/** What a promise was rejected with. */
export async function thrownBy(
	promise: Promise<unknown>,
): Promise<Error & { description?: string }> {
	try {
		await promise;
	} catch (error) {
		if (error instanceof Error) return error;
	}
	throw new Error('nothing was thrown');
}
