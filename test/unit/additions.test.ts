import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { modelField } from '../../nodes/HappyHorse/fields/model';
import { MODELS } from '../../nodes/HappyHorse/resources';
import { operationOptions } from '../../nodes/HappyHorse/operations';
import { document } from '../../sandbox/api/document';
import { MODELS as SANDBOX_MODELS } from '../../sandbox/api/wire';

/** What could be forgotten when an operation or a model is added, by the steps of docs/architecture.md. */
const ROOT = path.resolve(__dirname, '../..');

const operations = operationOptions.map(({ name, value }): [string, string] => [
	name,
	String(value),
]);

describe.each(operations)('The operation %s', (name, value) => {
	it('has a row in the table of README.md', () => {
		const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
		const [, table = ''] = readme.split('\n## Resources and operations\n');
		expect(table.split('\n## ')[0]).toContain(`\n| **${name}** |`);
	});

	it('shows the editor what comes out', () => {
		const schema = `nodes/HappyHorse/__schema__/v1.0.0/imageToVideo/${value}.json`;
		expect([schema, existsSync(path.join(ROOT, schema))]).toEqual([schema, true]);
	});

	it('has unit tests of its own', () => {
		const tests = `test/unit/operations/${value}.test.ts`;
		expect([tests, existsSync(path.join(ROOT, tests))]).toEqual([tests, true]);
	});
});

describe.each(MODELS.map((model) => [model]))('The model %s', (model) => {
	it('can be chosen in the node', () => {
		const values = (modelField.options ?? []).map((option) => 'value' in option && option.value);
		expect(values).toContain(model);
	});

	it('is served by the sandbox', () => {
		expect(SANDBOX_MODELS).toContain(model);
		const place = `/v1/ai/image-to-video/${model}`;
		expect(Object.keys(document.paths)).toEqual(
			expect.arrayContaining([place, `${place}/{task-id}`]),
		);
	});
});

it('no model can be chosen that the node does not know', () => {
	expect(modelField.options).toHaveLength(MODELS.length);
});
