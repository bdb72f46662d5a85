import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { operations as operationsByName } from '../../../nodes/HappyHorse/operations';
import { modelField } from '../../../nodes/HappyHorse/operations/model';
import { resources } from '../../../nodes/HappyHorse/resources';
import { endpointOf, tasksPath } from '../../../nodes/HappyHorse/tasks/endpoint';
import { document } from '../../../sandbox/api/document';

/** What could be forgotten when an operation or a resource is added, by the steps of docs/architecture.md. */
const ROOT = path.resolve(__dirname, '../../..');

const operations = [...operationsByName.values()].map(({ name, value }): [string, string] => [
	name,
	value,
]);

const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

const [, table = ''] = readme.split('\n## Resources and operations\n');

describe.each(operations)('The operation %s', (name, value) => {
	it('has a row in the table of README.md', () => {
		expect(table.split('\n## ')[0]).toContain(`\n| **${name}** |`);
	});

	it('shows the editor what comes out', () => {
		const schema = `nodes/HappyHorse/__schema__/${value}.json`;
		expect([schema, existsSync(path.join(ROOT, schema))]).toEqual([schema, true]);
	});

	it('has unit tests of its own', () => {
		const tests = `test/unit/operations/${value}.test.ts`;
		expect([tests, existsSync(path.join(ROOT, tests))]).toEqual([tests, true]);
	});
});

describe.each(resources.map((resource) => [resource.name, resource] as const))(
	'The resource %s',
	(name, resource) => {
		it('has a row in the table of README.md', () => {
			expect(table.split('\n## ')[0]).toContain(`\n| **${name}** |`);
		});

		it('offers its models, if there are several', () => {
			const values = modelField(resource).properties.flatMap(({ options = [] }) =>
				options.map((option) => 'value' in option && option.value),
			);
			const models = resource.models.map(({ value }) => value);
			expect(values).toEqual(models.length > 1 ? models : []);
		});

		it('is served by the sandbox', () => {
			for (const { value } of resource.models) {
				const place = tasksPath(endpointOf(resource.mode, value));
				expect(Object.keys(document.paths)).toEqual(
					expect.arrayContaining([place, `${place}/{task-id}`]),
				);
			}
		});
	},
);
