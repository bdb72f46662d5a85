import type { IExecuteFunctions } from 'n8n-workflow';

import { hasExpression } from '../fields/expressions';
import { includeInputFields } from '../fields/options';
import { readField } from '../fields/types/field';
import type { InputOf } from '../output/inputFields';

/**
 * The fields of the input items that are to come along. The objects are those of the node before: with a suspended execution,
 * n8n stores an object once, however often it occurs.
 *
 * @throws ValidationError
 */
export function readInput(context: IExecuteFunctions): InputOf {
	const items = context.getInputData();
	const read = (item: number) => readField(context, includeInputFields, item);
	if (!hasExpression(context, includeInputFields.name)) {
		return items.length > 0 && read(0) ? (item) => items[item]?.json : () => undefined;
	}
	const wanted = items.map((_, item) => read(item));
	return (item) => (wanted[item] ? items[item]?.json : undefined);
}
