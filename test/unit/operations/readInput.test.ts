import { readInput } from '../../../nodes/HappyHorse/operations/readInput';
import { fakeExecution } from '../support/fakeExecution';
import { validationErrorOf } from '../support/validationErrorOf';

const items = [{ json: { row: 0 } }, { json: { row: 1 } }];

const option = (includeInputFields: unknown) => ({ options: { includeInputFields } }) as never;

it('gives nothing unless it is switched on', () => {
	const inputOf = readInput(fakeExecution({ items, parameters: { options: {} } }).context);
	expect([inputOf(0), inputOf(1)]).toEqual([undefined, undefined]);
});

it('gives the very objects of the node before, which n8n stores once', () => {
	const inputOf = readInput(fakeExecution({ items, parameters: option(true) }).context);
	expect(inputOf(0)).toBe(items[0]!.json);
	expect(inputOf(1)).toBe(items[1]!.json);
	expect(inputOf(2)).toBeUndefined();
});

it('may differ from item to item', () => {
	const parameters = [option(false), option('true')];
	const raw = option('={{ $json.row > 0 }}');
	const inputOf = readInput(fakeExecution({ items, parameters, raw }).context);
	expect([inputOf(0), inputOf(1)]).toEqual([undefined, { row: 1 }]);
});

it('rejects what is neither on nor off', () => {
	const { context } = fakeExecution({ items, parameters: option('perhaps') });
	expect(validationErrorOf(() => readInput(context)).message).toContain("'Include Input Fields'");
});
