import { eachItem } from '../../../nodes/HappyHorse/operations/eachItem';
import { ValidationError } from '../../../nodes/HappyHorse/validationError';
import { fakeExecution, thrownBy } from '../support/fakeExecution';

const validationError = new ValidationError("'Duration' is wrong", 'Enter a number.');

describe('each item', () => {
	const work = async (item: number) => {
		if (item === 1) throw validationError;
		return [{ json: { item } }];
	};
	const items = [{ json: {} }, { json: {} }, { json: {} }];

	it('is dealt with in its turn; a failed one is an item where the node continues on errors', async () => {
		const { context } = fakeExecution({ items, continueOnFail: true });
		const results = await eachItem(context, work);
		expect(results.map(({ json }) => json.item ?? json.error)).toEqual([
			0,
			validationError.message,
			2,
		]);
	});

	it('ends the run where it does not', async () => {
		const { context } = fakeExecution({ items });
		expect(await thrownBy(eachItem(context, work))).toHaveProperty('context.itemIndex', 1);
	});
});
