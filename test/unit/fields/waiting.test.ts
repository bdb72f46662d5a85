import type { IDataObject } from 'n8n-workflow';

import { readForRun } from '../../../nodes/HappyHorse/fields/expressions';
import type { Field } from '../../../nodes/HappyHorse/fields/types/field';
import {
	pollInterval,
	pollIntervalIfPolling,
	readWaitSettings,
	waitUsing,
} from '../../../nodes/HappyHorse/fields/waiting';
import { createParameters, fakeExecution } from '../support/fakeExecution';
import { validationErrorOf } from '../support/validationErrorOf';

const node = (parameters: IDataObject) =>
	fakeExecution({ parameters: { ...createParameters, ...parameters } }).context;

describe('waiting', () => {
	it.each<[IDataObject, number, number]>([
		[{ maxWait: 30 }, 1_800_000, 15_000],
		[{ maxWait: '0.5', options: { pollInterval: '5' } }, 30_000, 5000],
		[{ maxWait: 1440, options: { pollInterval: 3600 } }, 86_400_000, 3_600_000],
	])('%p', (parameters, maxWaitMs, intervalMs) => {
		expect(readWaitSettings(node(parameters))).toEqual({ maxWaitMs, intervalMs });
	});

	it.each<[IDataObject, string]>([
		[{ maxWait: 0 }, "'Max Wait'"],
		[{ maxWait: 1441 }, "'Max Wait'"],
		[{ maxWait: null }, "'Max Wait'"],
		[{ maxWait: '' }, "'Max Wait'"],
		[{ options: { pollInterval: 4.9 } }, "'Poll Interval'"],
		[{ options: { pollInterval: Infinity } }, "'Poll Interval'"],
	])('rejects %p', (parameters, label) => {
		expect(validationErrorOf(() => readWaitSettings(node(parameters))).message).toContain(label);
	});

	it.each([
		[undefined, 'auto'],
		['webhook', 'webhook'],
	])('%p is read as %s', (way, wanted) => {
		expect(readForRun(node({ waitUsing: way } as IDataObject), waitUsing)).toBe(wanted);
	});

	it('rejects an unknown way of waiting', () => {
		expect(
			validationErrorOf(() => readForRun(node({ waitUsing: 'hope' }), waitUsing)).message,
		).toContain("'Wait Using'");
	});
});

it('shows Poll Interval only where it may poll', () => {
	const shown = ({ properties }: Field) => properties[0]?.displayOptions;
	expect(shown(pollIntervalIfPolling)).toEqual({ show: { '/waitUsing': ['auto', 'polling'] } });
	expect(shown(pollInterval)).toBeUndefined();
});
