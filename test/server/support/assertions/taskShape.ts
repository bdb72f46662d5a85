import type { SandboxTask } from '../../../../sandbox/api/wire';

/** What the node says about a task: every key it has, and no other. `extra` are added or replace. */
export function taskShape(
	task: Pick<SandboxTask, 'taskId' | 'status' | 'model'>,
	extra: Record<string, unknown> = {},
): Record<string, unknown> {
	return {
		task_id: task.taskId,
		status: task.status,
		generated: [],
		video_url: null,
		video_expires_at: null,
		mode: 'image-to-video',
		model: task.model,
		timed_out: false,
		...extra,
	};
}

/** What the node reads from a video of the sandbox. */
export const aVideo = {
	bytes: expect.any(Number) as number,
	width: expect.any(Number) as number,
	height: expect.any(Number) as number,
	duration_seconds: expect.any(Number) as number,
	fps: expect.any(Number) as number,
	has_audio: false,
	fast_start: true,
};

/**
 * The same for a finished video, downloaded or not. The URL is signed again at each read, so it is taken from the
 * item.
 */
export function finishedShape(
	task: SandboxTask,
	{ json, ...extra }: { json: Record<string, unknown> } & Record<string, unknown>,
): Record<string, unknown> {
	const url = String(json.video_url);
	expect(url.split('?')[0]).toBe(task.generated[0]?.split('?')[0]);
	const expires = Number(/exp=(\d+)/.exec(url)?.[1]);
	expect(expires * 1000).toBeGreaterThan(Date.now() - 600_000);
	return taskShape(task, {
		generated: [url],
		video_url: url,
		video_expires_at: new Date(expires * 1000).toISOString(),
		...(json.video === undefined ? {} : { video: aVideo }),
		...extra,
	});
}
