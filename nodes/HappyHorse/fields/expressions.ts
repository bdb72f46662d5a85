import type { IExecuteFunctions } from 'n8n-workflow';
import { isExpression } from 'n8n-workflow';

import { ValidationError } from '../validationError';
import type { Field } from './types/field';
import { readField, valueOf } from './types/field';
import { describe } from './types/valueInWords';

/** A field's value as the user entered it, expressions unevaluated; options with a dot, such as `options.seed`. */
export function rawValue(context: IExecuteFunctions, name: string): unknown {
	return name
		.split('.')
		.reduce<unknown>(
			(part, key) => (Object(part) as Record<string, unknown>)[key],
			context.getNode().parameters,
		);
}

/** True for a field that may give each item another value. */
export function hasExpression(context: IExecuteFunctions, name: string): boolean {
	const raw = rawValue(context, name);
	return typeof raw === 'string' && isExpression(raw);
}

/**
 * A setting that holds for the whole run.
 *
 * @throws ValidationError when its expression gives two items different values: one of them would be ignored.
 */
export function readForRun<T>(context: IExecuteFunctions, field: Field<T>): T {
	const { name, label } = field;
	const first = readField(context, field, 0);
	if (!hasExpression(context, name)) return first;
	for (let item = 1; item < context.getInputData().length; item++) {
		const other = readField(context, field, item);
		if (other === first) continue;
		throw new ValidationError(
			`'${label}' must be the same for all items, but it is ${describe(first)} for item 0 and ${describe(other)} for item ${item}`,
			`'${label}' holds for the whole run. Enter one value, or split the items into several runs. Nothing was created or charged.`,
		);
	}
	return first;
}

/**
 * An option that keeps money from being spent: where its expression gives nothing for an item, its default would spend it.
 *
 * @throws ValidationError
 */
export function readGuard<T>(context: IExecuteFunctions, field: Field<T>, item: number): T {
	const { name, label } = field;
	if (isFilledIn(context, name) && valueOf(context, name, item) === undefined) {
		throw new ValidationError(
			`The expression in '${label}' gives nothing for this item`,
			`Let it give a value for each item, such as {{ $json.name ?? true }}, or choose a fixed one. Nothing was created or charged.`,
		);
	}
	return readField(context, field, item);
}

/** True for an expression that users wrote: an AI agent may leave out what it likes. */
function isFilledIn(context: IExecuteFunctions, name: string): boolean {
	return hasExpression(context, name) && !String(rawValue(context, name)).includes('$fromAI(');
}

/**
 * Looks for expressions that give nothing at all, such as those with a misspelt name: without the value, the
 * videos would not be the ones that the user wanted.
 *
 * @returns a hint for each field that has no value for some of the items.
 * @throws ValidationError for a field whose expression gives nothing for any item.
 */
export function checkResolved(
	context: IExecuteFunctions,
	fields: ReadonlyArray<Pick<Field, 'name' | 'label'>>,
): string[] {
	const items = context.getInputData();
	return fields.flatMap(({ name, label }) => {
		if (!isFilledIn(context, name)) return [];
		const raw = rawValue(context, name);
		const empty = items.filter((_, item) => valueOf(context, name, item) === undefined).length;
		if (empty === 0) return [];
		if (empty < items.length) {
			return [
				`'${label}' has no value for ${empty} of ${items.length} items: its expression gives nothing there.`,
			];
		}
		throw new ValidationError(
			`The expression in '${label}' gives nothing for any item`,
			`Check the names in ${String(raw).slice(1)}. If the value may be missing, let the expression give an empty text instead, such as {{ $json.name ?? '' }}. Nothing was created or charged.`,
		);
	});
}
