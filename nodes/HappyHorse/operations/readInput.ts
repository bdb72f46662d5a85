import type { IExecuteFunctions } from 'n8n-workflow';

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
	const wanted = items.map((_, item) => readField(context, includeInputFields, item));
	return (item) => (wanted[item] ? items[item]?.json : undefined);
}
