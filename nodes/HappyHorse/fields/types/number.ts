import type { INodeProperties } from 'n8n-workflow';

import { ValidationError } from '../../validationError';
import type { DefaultField } from './field';
import { not, readable } from './valueInWords';

interface NumberSpec {
	name: string;
	label: string;
	/** What is counted, for label and messages: "Seconds", "MB". */
	unit?: string;
	min: number;
	max: number;
	default: number;
	description: string;
}

export function wholeNumberField(spec: NumberSpec): DefaultField<number> {
	return field(spec, {
		kind: 'whole number',
		isValid: Number.isInteger,
		typeOptions: { numberPrecision: 0 },
	});
}

export function numberField(spec: NumberSpec): DefaultField<number> {
	return field(spec, { kind: 'number', isValid: () => true, typeOptions: {} });
}

interface Kind {
	kind: string;
	isValid: (value: number) => boolean;
	typeOptions: NonNullable<INodeProperties['typeOptions']>;
}

function field(spec: NumberSpec, { kind, isValid, typeOptions }: Kind): DefaultField<number> {
	const { name, label, unit, min, max, default: initial } = spec;
	const range = `from ${readable(min)} to ${readable(max)}`;
	return {
		name,
		label,
		default: initial,
		properties: [
			{
				displayName: unit === undefined ? label : `${label} (${unit})`,
				name,
				type: 'number',
				typeOptions: { minValue: min, maxValue: max, ...typeOptions },
				default: initial,
				hint: `F${range.slice(1)}`,
				description: spec.description,
			},
		],
		check(value) {
			const number = numberFrom(value);
			if (isValid(number) && number >= min && number <= max) return number;
			const units =
				unit === undefined ? '' : ` ${/^[A-Z]+$/.test(unit) ? unit : unit.toLowerCase()}`;
			throw new ValidationError(
				`'${label}' must be a ${kind} ${range}${units}${not(value)}`,
				`Enter a ${kind} ${range} in '${label}'.`,
			);
		},
	};
}

/** A number, or the text of one: sheets give "5" for 5. */
function numberFrom(value: unknown): number {
	if (typeof value === 'number') return value;
	const text = typeof value === 'string' ? value.trim() : '';
	return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
