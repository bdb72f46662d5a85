import type { VideoServer } from '../../server/support/network/videoServer';
import { videoOf, videoServer, sending } from '../../server/support/network/videoServer';
import { liveMegabytes } from '../../server/support/testServer/liveMemory';
import { taskFromItem } from '../../server/support/workflows/itemParameters';
import type { PublishedWorkflow } from '../../server/support/testServer/testServer';
import { NODE_TYPE } from '../../server/support/workflows/workflow';
import type { Measure, Row } from '../measure';
import { inTurn, OURS, Rows } from '../measure';
import { canTellPeaks, watchPeak } from '../rig/memory';
import type { Rig } from '../rig/rig';
import { takeHash } from '../rig/storedFiles';
import { items, ITEMS, links, node, webhook } from '../contenders/nodes';

const NODE = 'Download';

/** Time and memory of bringing a finished video into n8n. */
export const downloads: Measure = {
	name: 'downloads',
	title: 'Downloading videos',
	async run(plan) {
		const rig = await plan.rig();
		const server = await videoServer();
		const rows = new Rows();
		try {
			const contenders = await publish(rig);
			const first = videoOf(1);
			const video = await serve(rig, { server, video: first, megabytes: 1 });
			// The first run of each loads what later ones find in memory.
			for (const { workflow } of contenders)
				await download(rig, { workflow, video, hash: first.hash });
			for (const megabytes of plan.quick ? [10, 40] : [10, 100, 400]) {
				const file = videoOf(megabytes);
				const video = await serve(rig, { server, video: file, megabytes });
				for (let round = 0; round < plan.repeats; round++) {
					for (const { contender, workflow } of inTurn(contenders, round)) {
						const { seconds, peak } = await download(rig, { workflow, video, hash: file.hash });
						rows.add(row('time', `Time, ${megabytes} MB`, 's'), contender, seconds);
						if (canTellPeaks)
							rows.add(row('peak', `Peak memory, ${megabytes} MB`, 'MB'), contender, peak);
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

async function publish(
	rig: Rig,
): Promise<Array<{ contender: string; workflow: PublishedWorkflow }>> {
	const { testServer } = rig;
	const ours = node(NODE, {
		...{ type: NODE_TYPE, version: 1, credentials: { happyHorseApi: testServer.credential } },
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
		Object.entries(nodes).map(async ([contender, downloading], index) => {
			const path = `download-${index}-${Date.now().toString(36)}`;
			const workflow = await testServer.publish({
				...{ path, name: path, settings: { executionOrder: 'v1' } },
				nodes: [webhook(path), items, downloading],
				connections: links(['Webhook', ITEMS], [ITEMS, NODE]),
			});
			return { contender, workflow };
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
	{ testServer }: Rig,
	parts: { server: VideoServer; video: ReturnType<typeof videoOf>; megabytes: number },
): Promise<Video> {
	const { server, video, megabytes } = parts;
	const { control } = testServer.sandbox;
	const [task_id = ''] = await control.seedTasks({ count: 1, status: 'COMPLETED' });
	const path = `/video/${megabytes}`;
	server.videos.set(path, [sending(video.pieces, { announced: video.bytes })]);
	const url = server.url + path;
	const data = { task_id, status: 'COMPLETED', generated: [url] };
	await control.rules({
		...{ on: 'get', where: { taskId: task_id } },
		do: { response: { status: 200, body: { data } } },
	});
	return { task_id, model: 'happy-horse-1', url };
}

async function download(
	{ testServer, inspectorPort }: Rig,
	{ workflow, video, hash }: { workflow: PublishedWorkflow; video: Video; hash: string },
): Promise<{ seconds: number; peak: number }> {
	const { n8n } = testServer;
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
