import type { IDataObject } from 'n8n-workflow';

import { readForRun } from '../../../nodes/HappyHorse/fields/expressions';
import { dryRun, maxConcurrency } from '../../../nodes/HappyHorse/fields/options';
import { readField } from '../../../nodes/HappyHorse/fields/types/field';
import { createParameters, fakeExecution } from '../support/fakeExecution';
import { validationErrorOf } from '../support/validationErrorOf';

const node = (parameters: IDataObject) =>
	fakeExecution({ parameters: { ...createParameters, ...parameters } }).context;

describe('other options', () => {
	it.each<[IDataObject, number]>([
		[{}, 5],
		[{ maxConcurrency: '20' }, 20],
		[{ maxConcurrency: 1 }, 1],
	])('%p means %p requests at once', (options, wanted) => {
		expect(readForRun(node({ options }), maxConcurrency)).toBe(wanted);
	});

	it.each([[0], [21], [1.5], ['many'], [[]]])('rejects %p requests at once', (value) => {
		const context = node({ options: { maxConcurrency: value } });
		expect(validationErrorOf(() => readForRun(context, maxConcurrency)).message).toContain(
			"'Max Concurrency'",
		);
	});

	it.each<[IDataObject, boolean]>([
		[{}, false],
		[{ dryRun: 'true' }, true],
	])('%p means dry run %p', (options, wanted) => {
		expect(readField(node({ options }), dryRun, 0)).toBe(wanted);
	});

	it('takes no guess for a dry run', () => {
		expect(
			validationErrorOf(() => readField(node({ options: { dryRun: 'yes' } }), dryRun, 0)).message,
		).toContain("'Dry Run'");
	});
});
