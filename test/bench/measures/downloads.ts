import type { FilmServer } from '../../server/support/network/videoServer';
import { filmOf, filmServer, sending } from '../../server/support/network/videoServer';
import { liveMegabytes } from '../../server/support/testServer/liveMemory';
import { taskFromItem } from '../../server/support/workflows/itemParameters';
import type { PublishedWorkflow } from '../../server/support/testServer/testServer';
import { NODE_TYPE } from '../../server/support/workflows/workflow';
import type { Measure, Row } from '../measure';
import { inTurn, OURS, Rows } from '../measure';
import { canTellPeaks, watchPeak } from '../rig/memory';
import type { Scene } from '../rig/rig';
import { takeHash } from '../rig/storedFiles';
import { items, ITEMS, links, node, webhook } from '../contenders/nodes';

const NODE = 'Download';

/** Time and memory of bringing a finished video into n8n. */
export const downloads: Measure = {
	name: 'downloads',
	title: 'Downloading videos',
	async run(plan) {
		const scene = await plan.scene();
		const server = await filmServer();
		const rows = new Rows();
		try {
			const ways = await publish(scene);
			const first = filmOf(1);
			const video = await serve(scene, { server, film: first, megabytes: 1 });
			// The first run of each loads what later ones find in memory.
			for (const { workflow } of ways) await download(scene, { workflow, video, hash: first.hash });
			for (const megabytes of plan.quick ? [10, 40] : [10, 100, 400]) {
				const film = filmOf(megabytes);
				const video = await serve(scene, { server, film, megabytes });
				for (let round = 0; round < plan.repeats; round++) {
					for (const { way, workflow } of inTurn(ways, round)) {
						const { seconds, peak } = await download(scene, { workflow, video, hash: film.hash });
						rows.add(row('time', `Time, ${megabytes} MB`, 's'), way, seconds);
						if (canTellPeaks)
							rows.add(row('peak', `Peak memory, ${megabytes} MB`, 'MB'), way, peak);
					}
				}
			}
		} finally {
			await server.close();
		}
		return {
			rows: rows.all(),
			notes: [
				"Time is n8n's own record of the node. Memory is how much the process of n8n grew at most, compared with right before, after a full garbage collection. Happy Horse first reads the task for a fresh URL, and checks that the file is an MP4 file and complete.",
			],
		};
	},
};

function row(kind: string, what: string, unit: string): Omit<Row, 'runs'> {
	const id = `${kind}-${what.replace(/\D/g, '')}`;
	return { id, what, unit, better: 'less' };
}

async function publish(scene: Scene): Promise<Array<{ way: string; workflow: PublishedWorkflow }>> {
	const { stage } = scene;
	const ours = node(NODE, {
		...{ type: NODE_TYPE, version: 1, credentials: { happyHorseApi: stage.credential } },
		parameters: {
			resource: 'imageToVideo',
			...taskFromItem('download', { outputBinaryPropertyName: 'data', options: {} }),
		},
	});
	const plain = node(NODE, {
		...{ type: 'httpRequest', version: 4.2 },
		parameters: {
			url: '={{ $json.url }}',
			options: { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } },
		},
	});
	const nodes = { [OURS]: ours, 'HTTP Request (file)': plain };
	return await Promise.all(
		Object.entries(nodes).map(async ([way, downloading], index) => {
			const path = `download-${index}-${Date.now().toString(36)}`;
			const workflow = await stage.publish({
				...{ path, name: path, settings: { executionOrder: 'v1' } },
				nodes: [webhook(path), items, downloading],
				connections: links(['Webhook', ITEMS], [ITEMS, NODE]),
			});
			return { way, workflow };
		}),
	);
}

interface Video {
	task_id: string;
	model: string;
	url: string;
}

/** A finished task whose video lies on our own server. */
async function serve(
	{ stage }: Scene,
	parts: { server: FilmServer; film: ReturnType<typeof filmOf>; megabytes: number },
): Promise<Video> {
	const { server, film, megabytes } = parts;
	const { control } = stage.sandbox;
	const [task_id = ''] = await control.seedTasks({ count: 1, status: 'COMPLETED' });
	const path = `/film/${megabytes}`;
	server.films.set(path, [sending(film.pieces, { announced: film.bytes })]);
	const url = server.url + path;
	const data = { task_id, status: 'COMPLETED', generated: [url] };
	await control.rules({
		...{ on: 'get', where: { taskId: task_id } },
		do: { answer: { status: 200, body: { data } } },
	});
	return { task_id, model: 'happy-horse-1', url };
}

async function download(
	{ stage, inspectorPort }: Scene,
	{ workflow, video, hash }: { workflow: PublishedWorkflow; video: Video; hash: string },
): Promise<{ seconds: number; peak: number }> {
	const { n8n } = stage;
	await liveMegabytes(inspectorPort);
	const peakOf = canTellPeaks ? watchPeak(n8n.pid) : () => 0;
	const execution = await workflow.run([video], 300_000);
	const peak = peakOf();
	const [run] = execution.runData[NODE] ?? [];
	if (execution.status !== 'success' || run?.executionTimeMs === undefined) {
		throw new Error(`The download ended as ${execution.status}: ${execution.error?.message}`);
	}
	if ((await takeHash(n8n, execution.id)) !== hash) throw new Error('Not the file that was sent');
	return { seconds: run.executionTimeMs / 1000, peak };
}
