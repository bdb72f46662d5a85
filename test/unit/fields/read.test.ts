import type { IDataObject } from 'n8n-workflow';

import * as fieldReads from '../../../nodes/HappyHorse/fields/read';
import * as runSettings from '../../../nodes/HappyHorse/fields/runSettings';
import { createParameters, fakeExecution } from '../support/fakeExecution';
import { refusalOf } from '../support/refusal';

const read = { ...fieldReads, ...runSettings };

const node = (parameters: IDataObject) =>
	fakeExecution({ parameters: { ...createParameters, ...parameters } }).context;

const ID = '046b6c7f-0b8a-43b9-b35d-6489e6daee91';

describe('a field', () => {
	it.each([
		['null', { prompt: null }],
		['a field that is not shown', { prompt: undefined }],
	])('reads %s as undefined', (_, parameters) => {
		expect(read.fieldValue(node(parameters as IDataObject), 'prompt', 0)).toBeUndefined();
	});

	it('keeps 0, false and the empty text', () => {
		const context = node({ a: 0, b: false, c: '' });
		expect(['a', 'b', 'c'].map((name) => read.fieldValue(context, name, 0))).toEqual([
			0,
			false,
			'',
		]);
	});

	it('is read for its own item', () => {
		const { context } = fakeExecution({
			items: [{ json: {} }, { json: {} }],
			parameters: [
				{ prompt: 'one', options: { seed: 1 } },
				{ prompt: 'two', options: {} },
			],
		});
		expect(read.readVideoParameters(context, 0)).toMatchObject({ prompt: 'one', seed: 1 });
		expect(read.readVideoParameters(context, 1)).toMatchObject({ prompt: 'two', seed: undefined });
	});
});

describe('the task', () => {
	it.each([
		[{ __rl: true, mode: 'list', value: ID }],
		[{ __rl: true, mode: 'id', value: ` ${ID} ` }],
		[ID],
	])('is read from %p', (taskId) => {
		expect(read.readTaskId(node({ taskId }), 0)).toBe(ID);
	});

	it.each([
		[undefined],
		[{ __rl: true, mode: 'id', value: '' }],
		[{ __rl: true, value: '../x' }],
		[5],
	])('is not read from %p', (taskId) => {
		expect(refusalOf(() => read.readTaskId(node({ taskId } as IDataObject), 0)).message).toContain(
			"'Task'",
		);
	});
});

describe('the video output', () => {
	it('downloads where there is no switch', () => {
		const { context } = fakeExecution({ parameters: { outputBinaryPropertyName: ' film ' } });
		expect(read.readVideoOutput(context, 0)).toEqual({
			download: true,
			property: 'film',
			maxMegabytes: 500,
		});
	});

	it('asks for no field name without a download', () => {
		const context = node({ downloadVideo: false, outputBinaryPropertyName: '' });
		expect(read.readVideoOutput(context, 0)).toMatchObject({ download: false, property: 'data' });
	});

	it.each<[IDataObject, string]>([
		[{ downloadVideo: 'perhaps' }, "'Download Video'"],
		[{ downloadVideo: true, outputBinaryPropertyName: ' ' }, "'Output Data Field Name' is empty"],
		[{ downloadVideo: true, outputBinaryPropertyName: 7 }, "'Output Data Field Name'"],
		[{ options: { maxDownloadSize: 0 } }, "'Max Download Size'"],
		[{ options: { maxDownloadSize: 'huge' } }, "'Max Download Size'"],
	])('refuses %p', (parameters, text) => {
		expect(refusalOf(() => read.readVideoOutput(node(parameters), 0)).message).toContain(text);
	});
});

describe('waiting', () => {
	it.each<[IDataObject, number, number]>([
		[{ maxWait: 30 }, 1_800_000, 15_000],
		[{ maxWait: '0.5', options: { pollInterval: '5' } }, 30_000, 5000],
		[{ maxWait: 1440, options: { pollInterval: 3600 } }, 86_400_000, 3_600_000],
	])('%p', (parameters, maxWaitMs, intervalMs) => {
		expect(read.readWaitSettings(node(parameters))).toEqual({ maxWaitMs, intervalMs });
	});

	it.each<[IDataObject, string]>([
		[{ maxWait: 0 }, "'Max Wait'"],
		[{ maxWait: 1441 }, "'Max Wait'"],
		[{ maxWait: null }, "'Max Wait'"],
		[{ maxWait: '' }, "'Max Wait'"],
		[{ options: { pollInterval: 4.9 } }, "'Poll Interval'"],
		[{ options: { pollInterval: Infinity } }, "'Poll Interval'"],
	])('refuses %p', (parameters, label) => {
		expect(refusalOf(() => read.readWaitSettings(node(parameters))).message).toContain(label);
	});

	it.each([
		[undefined, 'auto'],
		['webhook', 'webhook'],
	])('%p is read as %s', (waitUsing, wanted) => {
		expect(read.readWaitUsing(node({ waitUsing } as IDataObject))).toBe(wanted);
	});

	it('refuses an unknown way of waiting', () => {
		expect(refusalOf(() => read.readWaitUsing(node({ waitUsing: 'hope' }))).message).toContain(
			"'Wait Using'",
		);
	});
});

describe('other options', () => {
	it.each<[IDataObject, number]>([
		[{}, 5],
		[{ maxConcurrency: '20' }, 20],
		[{ maxConcurrency: 1 }, 1],
	])('%p means %p requests at once', (options, wanted) => {
		expect(read.readConcurrency(node({ options }))).toBe(wanted);
	});

	it.each([[0], [21], [1.5], ['many'], [[]]])('refuses %p requests at once', (maxConcurrency) => {
		const context = node({ options: { maxConcurrency } });
		expect(refusalOf(() => read.readConcurrency(context)).message).toContain("'Max Concurrency'");
	});

	it.each<[IDataObject, boolean]>([
		[{}, false],
		[{ dryRun: 'true' }, true],
	])('%p means dry run %p', (options, wanted) => {
		expect(read.readDryRun(node({ options }), 0)).toBe(wanted);
	});

	it('takes no guess for a dry run', () => {
		expect(
			refusalOf(() => read.readDryRun(node({ options: { dryRun: 'yes' } }), 0)).message,
		).toContain("'Dry Run'");
	});
});

describe('the callback', () => {
	const callback = (parameters: IDataObject) =>
		read.readCallbackUrl(node(parameters), { item: 0, providerHost: 'api.magnific.com' });

	it('is none by default, whatever the hidden field holds', () => {
		expect(callback({ callback: 'none', webhookUrl: 'rubbish' })).toBeUndefined();
	});

	it('is the address that the user gave', () => {
		const webhookUrl = 'https://n8n.example.com/webhook/x';
		expect(callback({ callback: 'url', webhookUrl })).toBe(webhookUrl);
	});

	it.each<[IDataObject, string]>([
		[{ callback: 'perhaps' }, "'Status Updates'"],
		[{ callback: 'url', webhookUrl: '' }, "'Webhook URL'"],
		[{ callback: 'url', webhookUrl: 'http://localhost/x' }, "'Webhook URL'"],
		[{ callback: 'url', webhookUrl: 'https://n8n.example.com/webhook-test/x' }, "'Webhook URL'"],
	])('refuses %p', (parameters, label) => {
		expect(refusalOf(() => callback(parameters)).message).toContain(label);
	});
});
