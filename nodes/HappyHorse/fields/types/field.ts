import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

/** A parameter of the node: how users see it, and what its value may be. */
export interface Field<T = unknown> {
	/** Path of the parameter: `duration`, or `options.seed`. */
	name: string;
	/** As messages name it: what users see, without the unit. */
	label: string;
	/** What n8n shows: one property, or one for each model where they differ. */
	properties: INodeProperties[];
	/** True for a field that may be left out. */
	isOptional?: boolean;
	/**
	 * The value, of its type and within its limits.
	 *
	 * @param value what the user entered or an expression gave; `undefined` when there is none.
	 * @param model what makes the video, where a limit depends on it.
	 * @throws ValidationError that names the field.
	 */
	check(value: unknown, model?: string): T;
}

/** A field that the node fills in when users do not. */
export interface DefaultField<T> extends Field<T> {
	default: T;
}

/** A field whose value is a part of a create request. */
export interface RequestField extends Field {
	/** Its name at the API. */
	apiName: string;
}

export function inRequest(apiName: string, field: Field): RequestField {
	return { ...field, apiName };
}

/**
 * The same field, with its default for when nothing is given. An empty text is something: an expression may have failed.
 */
export function withDefault<T>(field: DefaultField<T>): Field<T> {
	return {
		...field,
		isOptional: true,
		check: (given, model) => (given === undefined ? field.default : field.check(given, model)),
	};
}

/** The same field, which may be left empty. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
	return {
		...field,
		isOptional: true,
		check: (given, model) =>
			given === undefined || given === '' ? undefined : field.check(given, model),
	};
}

/** The same field as an entry of the collection "Options". */
export function inOptions<F extends Field>(field: F): F {
	return { ...field, name: `options.${field.name}` };
}

/** The same field, shown only while other parameters have one of these values. */
export function shownFor<F extends Field>(
	field: F,
	show: NonNullable<NonNullable<INodeProperties['displayOptions']>['show']>,
): F {
	const properties = field.properties.map((property) => ({
		...property,
		displayOptions: {
			...property.displayOptions,
			show: { ...property.displayOptions?.show, ...show },
		},
	}));
	return { ...field, properties };
}

/** What the node holds for an item; `undefined` for a field that is not shown or an expression that gives nothing. */
export function valueOf(context: IExecuteFunctions, name: string, item: number): unknown {
	const value: unknown = context.getNodeParameter(name, item, null);
	return value ?? undefined;
}

/** @throws ValidationError */
export function readField<T>(
	context: IExecuteFunctions,
	field: Pick<Field<T>, 'name' | 'check'>,
	item: number,
): T {
	return field.check(valueOf(context, field.name, item));
}
