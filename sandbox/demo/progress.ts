import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

export interface LiveTask {
	taskId: string;
	status: string;
	/** The files that its video is made of. */
	images?: string[];
}

const SHOWN: Record<string, string> = {
	CREATED: 'created',
	IN_PROGRESS: 'in progress',
	COMPLETED: 'completed',
	FAILED: 'failed',
};

const isFinal = (status: string): boolean => status === 'COMPLETED' || status === 'FAILED';

/** Follows tasks from status to status; remembers when each was seen first and last. */
export class TaskProgress {
	private readonly seen = new Map<string, { since: number; changed: number; status: string }>();
	private drawnLines = 0;
	private drawn = '';

	constructor(
		private readonly out: Pick<WriteStream, 'write' | 'isTTY'>,
		private readonly now: () => number = Date.now,
	) {}

	/** Shows the tasks: a terminal is redrawn in place, elsewhere each change is one line. */
	update(tasks: LiveTask[]): void {
		for (const task of tasks) {
			const known = this.seen.get(task.taskId);
			if (known?.status === task.status) continue;
			const changed = this.now();
			const since = known?.since ?? changed;
			this.seen.set(task.taskId, { since, changed, status: task.status });
			if (!this.out.isTTY) this.out.write(`${this.line(task)}\n`);
		}
		if (this.out.isTTY) this.redraw(tasks);
	}

	private line({ taskId, status, images = [] }: LiveTask): string {
		const { since = this.now(), changed = since } = this.seen.get(taskId) ?? {};
		const end = isFinal(status) ? changed : this.now();
		const seconds = `${Math.round((end - since) / 1000)} s`;
		return `  ${taskId.slice(0, 8)}  ${this.mark(status)}  ${seconds.padStart(5)}  ${images.join(', ')}`.trimEnd();
	}

	private mark(status: string): string {
		const text = (SHOWN[status] ?? status).padEnd(11);
		if (!this.out.isTTY) return text;
		const colour = status === 'COMPLETED' ? 'green' : status === 'FAILED' ? 'red' : 'yellow';
		return styleText(colour, text);
	}

	private redraw(tasks: LiveTask[]): void {
		const text = tasks.map((task) => `\u001b[2K${this.line(task)}\n`).join('');
		if (text === this.drawn) return;
		const up = this.drawnLines > 0 ? `\u001b[${this.drawnLines}A` : '';
		this.out.write(up + text);
		this.drawnLines = tasks.length;
		this.drawn = text;
	}
}
