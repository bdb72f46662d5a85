import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import type { N8nClient } from '../n8n/client';
import { itemsOf, type ExecutionView } from '../n8n/execution';
import { CHECKOUT } from '../n8n/nodePackage';
import { HAPPY_HORSE, IMAGES } from './exampleWorkflow';
import type { TaskProgress } from './progress';
import type { Row } from './table';

/** Where the demo puts the finished videos. */
export const OUTPUT_FOLDER = join(CHECKOUT, 'demo-output');

const fileNameOf = (address: unknown): string =>
	String(address ?? '')
		.split(/[/\\]/)
		.pop() ?? '';

/** Saves the videos of an execution under demo-output and returns one row per image. */
export async function collectVideos(
	client: N8nClient,
	{ execution, progress }: { execution: ExecutionView; progress: TaskProgress },
): Promise<Row[]> {
	mkdirSync(OUTPUT_FOLDER, { recursive: true });
	const images = itemsOf(execution, IMAGES);
	const items = itemsOf(execution, HAPPY_HORSE);
	const imageOf = (index: number): string =>
		fileNameOf(images[index]?.json.image ?? images[index]?.json.fileName);
	// The last look at the tasks may have been some seconds before the execution ended.
	progress.update(
		items.map(({ json }, index) => ({
			taskId: String(json.task_id ?? ''),
			status: String(json.status ?? 'unknown'),
			image: imageOf(index),
		})),
	);
	const rows: Row[] = [];
	for (const [index, { json, binary }] of items.entries()) {
		const taskId = String(json.task_id ?? '');
		const row: Row = {
			item: index + 1,
			image: imageOf(index),
			taskId,
			status: String(json.status ?? 'unknown'),
			seconds: progress.seconds(taskId),
			file: undefined,
			bytes: undefined,
		};
		const video = Object.values(binary ?? {})[0];
		if (video?.id && /^[\w-]+$/.test(taskId)) {
			const bytes = await client.downloadBinary(video.id);
			const path = join(OUTPUT_FOLDER, `happy-horse-${taskId}.mp4`);
			writeFileSync(path, bytes);
			row.file = relative(process.cwd(), path);
			row.bytes = bytes.length;
		}
		rows.push(row);
	}
	return rows;
}
