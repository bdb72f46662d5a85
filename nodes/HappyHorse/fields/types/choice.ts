import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { ValidationError } from '../../validationError';
import type { DefaultField } from './field';
import { not } from './valueInWords';

export interface Choice<T extends string = string> {
	name: string;
	value: T;
	description?: string;
	/** The only models that take it; left out, all do. */
	models?: readonly string[];
}

interface ChoiceSpec<T extends string> {
	name: string;
	label: string;
	choices: ReadonlyArray<Choice<T>>;
	default: T;
	description: string;
}

/** One of a list, by its value or by what the list shows, in any case. */
export function choiceField<T extends string>(spec: ChoiceSpec<T>): DefaultField<T> {
	const { name, label, choices } = spec;
	return {
		name,
		label,
		default: spec.default,
		properties: propertiesFor(spec),
		check(value, model) {
			const wanted = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
			const named = choices.find((choice) =>
				[choice.value, choice.name].some((text) => text.toLowerCase() === wanted),
			);
			if (named !== undefined && takes(named, model)) return named.value;
			const values = choices
				.filter((choice) => takes(choice, model))
				.map((choice) => choice.value)
				.join(', ');
			throw new ValidationError(
				`'${label}' must be one of ${values}${named ? ` for the model ${model}` : ''}${not(value)}`,
				`Pick a value from the list of '${label}', or let the expression give one of: ${values}.`,
			);
		},
	};
}

const takes = ({ models }: Choice, model: string | undefined) =>
	models === undefined || model === undefined || models.includes(model);

/** n8n shows the same options for every value of another field, so a list that depends on the model is several properties. */
function propertiesFor<T extends string>(spec: ChoiceSpec<T>): INodeProperties[] {
	const { choices, default: initial } = spec;
	const special = [...new Set(choices.flatMap(({ models = [] }) => models))];
	const property = (shown: ReadonlyArray<Choice<T>>): INodeProperties => ({
		displayName: spec.label,
		name: spec.name,
		type: 'options',
		default: initial,
		description: spec.description,
		options: shown.map(optionFor),
	});
	if (special.length === 0) return [property(choices)];
	const common = choices.filter(({ models }) => models === undefined);
	// Where an expression gives the model, the longer list is shown.
	return [
		{
			...property(common),
			displayOptions: { hide: { model: [...special, { _cnd: { startsWith: '=' } }] } },
		},
		{ ...property(choices), displayOptions: { show: { model: special } } },
	];
}

function optionFor({ name, value, description }: Choice): INodePropertyOptions {
	return { name, value, ...(description === undefined ? {} : { description }) };
}
