import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import type { N8nClient } from '../n8n/client';
import { itemsOf, type ExecutionView } from '../n8n/execution';
import { CHECKOUT } from '../n8n/nodePackage';
import { HAPPY_HORSE, imagesIn, type DemoExample } from './exampleWorkflow';
import type { LiveTask } from './progress';
import type { Row } from './table';

/** Where the demo puts the finished videos. */
export const OUTPUT_FOLDER = join(CHECKOUT, 'demo-output');

export interface Run {
	example: DemoExample;
	execution: ExecutionView;
}

/** The items that the node of a run has put out, failed ones too, with the images of each. */
function outputOf({ example, execution }: Run) {
	const inputs = itemsOf(execution, example.items);
	const outputs = [0, 1].flatMap((output) => itemsOf(execution, HAPPY_HORSE, { output }));
	return outputs.map((item, index) => ({ ...item, images: imagesIn(inputs[index]?.json) }));
}

/** The tasks of a run that has ended, as its items tell them. */
export const tasksOf = (run: Run): LiveTask[] =>
	outputOf(run).map(({ json, images }) => ({
		taskId: String(json.task_id ?? ''),
		status: String(json.status ?? json.error ?? 'unknown'),
		images,
	}));

/** Saves the videos of a run under demo-output and returns one row per item. */
export async function collectVideos(client: N8nClient, run: Run): Promise<Row[]> {
	mkdirSync(OUTPUT_FOLDER, { recursive: true });
	const rows: Row[] = [];
	for (const { json, binary, images } of outputOf(run)) {
		const taskId = String(json.task_id ?? '');
		const row: Row = {
			kind: String(json.mode ?? 'unknown'),
			images,
			status: String(json.status ?? json.error ?? 'unknown'),
			video: undefined,
			file: undefined,
		};
		const file = Object.values(binary ?? {})[0];
		if (file?.id && /^[\w-]+$/.test(taskId)) {
			const path = join(OUTPUT_FOLDER, `happy-horse-${taskId}.mp4`);
			writeFileSync(path, await client.downloadBinary(file.id));
			row.file = relative(process.cwd(), path);
			const { width = 0, height = 0, duration_seconds: seconds = 0 } = (json.video ?? {}) as Facts;
			row.video = { width, height, seconds };
		}
		rows.push(row);
	}
	return rows;
}

interface Facts {
	width?: number;
	height?: number;
	duration_seconds?: number;
}
