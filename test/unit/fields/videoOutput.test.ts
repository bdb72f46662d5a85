import type { IDataObject } from 'n8n-workflow';

import { readVideoOutput } from '../../../nodes/HappyHorse/fields/videoOutput';
import { createParameters, fakeExecution } from '../support/fakeExecution';
import { validationErrorOf } from '../support/validationErrorOf';

const node = (parameters: IDataObject) =>
	fakeExecution({ parameters: { ...createParameters, ...parameters } }).context;

describe('the video output', () => {
	it('downloads where there is no switch', () => {
		const { context } = fakeExecution({ parameters: { outputBinaryPropertyName: ' clip ' } });
		expect(readVideoOutput(context, 0)).toEqual({
			download: true,
			property: 'clip',
			maxMegabytes: 500,
		});
	});

	it('reads no field name without a download', () => {
		const context = node({ downloadVideo: false, outputBinaryPropertyName: '' });
		expect(readVideoOutput(context, 0)).toMatchObject({ download: false, property: 'data' });
	});

	it.each<[IDataObject, string]>([
		[{ downloadVideo: 'perhaps' }, "'Download Video'"],
		[{ downloadVideo: true, outputBinaryPropertyName: ' ' }, "'Output Data Field Name' is empty"],
		[{ downloadVideo: true, outputBinaryPropertyName: 7 }, "'Output Data Field Name'"],
		[{ options: { maxDownloadSize: 0 } }, "'Max Download Size'"],
		[{ options: { maxDownloadSize: 'huge' } }, "'Max Download Size'"],
	])('rejects %p', (parameters, text) => {
		expect(validationErrorOf(() => readVideoOutput(node(parameters), 0)).message).toContain(text);
	});
});
