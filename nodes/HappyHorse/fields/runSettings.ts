import type { IExecuteFunctions } from 'n8n-workflow';

import type { WaitUsing } from '../waiting/strategy';
import { WAIT_USING } from '../waiting/strategy';
import { choice, isLeftOut, numberWithin, wholeNumber } from './check';
import { readForRun } from './raw';
import { fieldValue, optionValue } from './read';

/*
 * Fields that hold for the whole run: all items must give the same value.
 */

const MAX_WAIT_MINUTES = { min: 0.1, max: 1440, unit: 'minutes' };
const POLL_INTERVAL_SECONDS = { min: 5, max: 3600, unit: 'seconds' };
const CONCURRENCY = { min: 1, max: 20, unit: 'requests' };
/** A day of video: more than any user buys on purpose. */
const TOTAL_SECONDS = { min: 1, max: 86_400, unit: 'seconds' };

/** How long and how often; these hold for the whole run. */
export interface WaitSettings {
	maxWaitMs: number;
	intervalMs: number;
}

/** @throws ValidationError */
export function readWaitSettings(context: IExecuteFunctions): WaitSettings {
	const minutes = readForRun(context, {
		name: 'maxWait',
		label: 'Max Wait',
		read: (item) =>
			numberWithin(fieldValue(context, 'maxWait', item), 'Max Wait', MAX_WAIT_MINUTES),
	});
	const seconds = readForRun(context, {
		name: 'options.pollInterval',
		label: 'Poll Interval',
		read: (item) => {
			const interval = optionValue(context, 'pollInterval', item) ?? 15;
			return numberWithin(interval, 'Poll Interval', POLL_INTERVAL_SECONDS);
		},
	});
	return { maxWaitMs: minutes * 60_000, intervalMs: seconds * 1000 };
}

/** @throws ValidationError */
export function readWaitUsing(context: IExecuteFunctions): WaitUsing {
	return readForRun(context, {
		name: 'waitUsing',
		label: 'Wait Using',
		// Hidden where the node is a tool of an AI agent.
		read: (item) =>
			choice(fieldValue(context, 'waitUsing', item) ?? 'auto', 'Wait Using', WAIT_USING),
	});
}

/** @throws ValidationError */
export function readConcurrency(context: IExecuteFunctions): number {
	return readForRun(context, {
		name: 'options.maxConcurrency',
		label: 'Max Concurrency',
		read: (item) => {
			const value = optionValue(context, 'maxConcurrency', item) ?? 5;
			return wholeNumber(value, 'Max Concurrency', CONCURRENCY);
		},
	});
}

/** Seconds of video that one run may pay for; Infinity without a limit. @throws ValidationError */
export function readMaxTotalDuration(context: IExecuteFunctions): number {
	return readForRun(context, {
		name: 'options.maxTotalDuration',
		label: 'Max Total Duration',
		read: (item) => {
			const value = optionValue(context, 'maxTotalDuration', item);
			if (isLeftOut(value)) return Infinity;
			return numberWithin(value, 'Max Total Duration', TOTAL_SECONDS);
		},
	});
}
