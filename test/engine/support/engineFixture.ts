import type { IDataObject, INodeExecutionData, INodeParameters, IRun } from 'n8n-workflow';

import type { SandboxRequest } from '../../../sandbox/api/control';
import { spawnSandboxApi } from '../../../sandbox/api/spawn';
import { Engine, NODE_NAME } from './engine';

/** Must not be in stored data. */
export const API_KEY = 'engine-test-key-0123456789';

const PATH = '/v1/ai/image-to-video/happy-horse-1';

export type EngineFixture = Awaited<ReturnType<typeof openFixture>>;

/** n8n's engine and a sandbox API of its own, whose tasks are finished at once unless a test says otherwise. */
export async function openFixture() {
	const sandbox = await spawnSandboxApi({ key: API_KEY, videoQuality: 'small', taskSeconds: 0 });
	const { url, control } = sandbox;
	const engine = await Engine.start({ provider: 'custom', baseUrl: url, apiKey: ` ${API_KEY} ` });
	return {
		...{ engine, control },
		/** One input item; the sandbox draws an image of its own for each name. */
		row: (name: string, fields: IDataObject = {}): IDataObject => ({
			...{ name, image: `${url}/images/400x300.png?n=${name}` },
			...fields,
		}),
		/** The prompts of the tasks that exist, in the order in which they were made. */
		paidFor: async () => (await control.state()).tasks.map(({ prompt }) => prompt).reverse(),
		/** How many create requests the API got, accepted or not. */
		posts: async () => (await control.state()).posts.length,
		/** The requests of the node by what they read or create. */
		async requests(path = PATH) {
			const { requests } = await control.state();
			const own = requests.filter(({ bySandbox }) => !bySandbox);
			const matching = (method: string, wanted: (request: SandboxRequest) => boolean) =>
				own.filter((request) => request.method === method && wanted(request)).length;
			return {
				creates: matching('POST', (request) => request.path === path),
				lists: matching('GET', (request) => request.path === path),
				reads: matching('GET', (request) => request.path.startsWith(`${path}/`)),
			};
		},
		async close() {
			engine.stop();
			await sandbox.stop();
		},
	};
}

/** Parameters that take image and prompt from the row. */
export function createParameters(operation: string, more: INodeParameters = {}): INodeParameters {
	return { operation, imageUrl: '={{ $json.image }}', prompt: '={{ $json.name }}', ...more };
}

/** The node's output in its last run. */
export function outputOf(run: IRun, output = 0): INodeExecutionData[] {
	return run.data.resultData.runData[NODE_NAME]?.at(-1)?.data?.main?.[output] ?? [];
}

/** The error that ended a run, as n8n shows it. */
export function errorOf(run: IRun) {
	const { error } = run.data.resultData;
	if (error === undefined) throw new Error(`The run did not fail: ${run.status}`);
	return {
		name: error.name,
		message: error.message,
		description: String(error.description ?? ''),
		itemIndex: 'context' in error ? error.context.itemIndex : undefined,
	};
}

/** Resolves once `condition` holds; throws when it does not within five seconds. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
	const end = Date.now() + 5000;
	while (!(await condition())) {
		if (Date.now() > end) throw new Error(`Never came true: ${String(condition)}`);
		await pause(20);
	}
}

export async function pause(milliseconds: number): Promise<void> {
	await new Promise((done) => setTimeout(done, milliseconds));
}
