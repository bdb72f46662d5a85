import type { ExecutionView } from '../../../sandbox/n8n/execution';
import type { Count } from '../rig/meter';
import type { Rig } from '../rig/rig';
import type { NodeJson } from './nodes';

/** How long a task takes, and how long users let their workflows pause before they check again. */
export const TASK_SECONDS = 60;
export const PAUSE_SECONDS = 15;

/** One workflow of a contender, whose requests are counted under its name. */
export interface CountedRun {
	runName: string;
	/** By how much tasks and pauses are shorter than in life. */
	scale: number;
}

/** What is known of an execution of a contender when it has ended. */
export interface Ended {
	execution: ExecutionView;
	count: Count;
	amount: number;
	scale: number;
}

/** One way to get videos from images. */
export interface Contender {
	name: string;
	title: string;
	/** True when the execution lies in the database while it waits. */
	suspends: boolean;
	/** One video after the other: the whole takes as long as all of them together. */
	serial: boolean;
	/** The most by which tasks and pauses may be shorter. */
	scale: number;
	build(
		rig: Rig,
		run: CountedRun,
	): Promise<{ nodes: NodeJson[]; connections: Record<string, unknown> }>;
	/** Seconds, as measured, in which the way to the last video was a pause and nothing else. */
	paused(ended: Ended): number;
}
