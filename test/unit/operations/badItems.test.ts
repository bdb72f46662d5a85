import { NodeOperationError } from 'n8n-workflow';

import { errorOfAll } from '../../../nodes/HappyHorse/operations/badItems';
import { ValidationError } from '../../../nodes/HappyHorse/validationError';
import { fakeExecution } from '../support/fakeExecution';

const node = fakeExecution({}).context.getNode();

const wrong = (words: string) => new ValidationError(words, 'Correct it.');

it('is none where no item is bad', () => {
	expect(errorOfAll(node, [])).toBeUndefined();
});

it('is the error of the only bad item', () => {
	const error = errorOfAll(node, [{ item: 3, error: wrong("'Seed' is wrong") }]);
	expect(error).toMatchObject({
		message: "'Seed' is wrong",
		description: 'Correct it.',
		context: { itemIndex: 3 },
	});
});

it('is the error of the first one, whichever was found first, and names the others', () => {
	const error = errorOfAll(node, [
		{ item: 7, error: new NodeOperationError(node, 'The expression failed') },
		{ item: 2, error: wrong("'Seed' is wrong") },
		{ item: 9, error: wrong("'Seed' is wrong") },
	]);
	expect(error).toBeInstanceOf(NodeOperationError);
	expect(error).toMatchObject({
		message: "'Seed' is wrong (and 2 more items have a problem)",
		description:
			"Correct it. All problems: items 2, 9: 'Seed' is wrong; item 7: The expression failed.",
		context: { itemIndex: 2 },
	});
});

it('stays short, however many there are', () => {
	const many = Array.from({ length: 1000 }, (_, item) => ({
		item,
		error: wrong(`${item % 20} ${'x'.repeat(1000)}`),
	}));
	const { description = '' } = errorOfAll(node, many) ?? {};
	expect(description).toContain(
		'items 0, 20, 40, 60, 80, 100, 120, 140, 160, 180, and 40 more: 0 x',
	);
	expect(description).toMatch(/x…; and 15 more\.$/);
	expect(description?.length).toBeLessThan(1500);
});
