import { randomUUID } from 'node:crypto';
import { drawShape } from './drawn';
import type { Sandbox } from './sandbox';
import type { Task } from './tasks';
import { MODELS, type EndpointName, type Model, type Status } from './wire';

const MAX_SEEDED = 10_000;

/** What `POST /_sandbox/tasks` takes. */
export interface Seed {
	count?: number;
	status?: Status;
	model?: Model;
	/** instead of `model`, which means image to video */
	endpoint?: EndpointName;
	key?: string;
}

/** Makes tasks without a POST, and returns their ids, newest last. */
export async function seedTasks(sandbox: Sandbox, wanted: Seed): Promise<string[]> {
	const { count = 1, status = 'COMPLETED', model = MODELS[0], key = sandbox.key } = wanted;
	const { endpoint = `image-to-video/${model}` as EndpointName } = wanted;
	const image = await drawShape({ width: 400, height: 300 }, { type: 'png' });
	const tasks = Array.from(
		{ length: Math.min(count, MAX_SEEDED) },
		(): Task => ({
			id: randomUUID(),
			endpoint,
			owner: key,
			status,
			createdAt: Date.now(),
			startedAt: sandbox.clock.now(),
			prompt: null,
			imageUrl: null,
			fileUrls: [],
			webhookUrl: null,
			resolution: '720P',
			duration: 3,
			seed: null,
			image,
			quality: 'small',
			held: true,
			seconds: undefined,
			outcome: status === 'FAILED' ? 'FAILED' : 'COMPLETED',
			failure: {},
			webhookMode: undefined,
			history: [],
		}),
	);
	for (const task of tasks) sandbox.tasks.add(task);
	return tasks.map(({ id }) => id);
}
