import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { STATUSES } from '../tasks/task';
import { ValidationError } from '../validationError';
import { statusName } from './status';
import { booleanField } from './types/boolean';
import { choiceField } from './types/choice';
import type { Field } from './types/field';
import { readField, shownFor, withDefault } from './types/field';
import { wholeNumberField } from './types/number';
import { not } from './types/valueInWords';

const returnAll = booleanField({
	name: 'returnAll',
	label: 'Return All',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
});

const limit = shownFor(
	wholeNumberField({
		name: 'limit',
		label: 'Limit',
		min: 1,
		max: 1_000_000,
		default: 50,
		description: 'Max number of results to return',
	}),
	{ returnAll: [false] },
);

const includeVideoUrl = withDefault(
	booleanField({
		name: 'includeVideoUrl',
		label: 'Include Video URL',
		default: false,
		description:
			'Whether to look up the URL of each finished video. This takes one more request per video.',
	}),
);

const status = choiceField({
	name: 'status',
	label: 'Status',
	default: STATUSES[0],
	description: 'Only tasks with one of these statuses. Empty means any.',
	choices: STATUSES.map((value) => ({ name: statusName(value), value })),
});

const statusProperty: INodeProperties = {
	...status.properties[0]!,
	type: 'multiOptions',
	default: [],
};

const statuses: Field<string[]> = {
	name: 'filters.status',
	label: status.label,
	properties: [
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [statusProperty],
		},
	],
	check(value = []) {
		if (Array.isArray(value)) return value.map((entry) => status.check(entry));
		throw new ValidationError(
			`'Status' must be a list of statuses${not(value)}`,
			`Pick statuses from the list, or let the expression give a list such as ["COMPLETED"].`,
		);
	},
};

export const listingFields: readonly Field[] = [returnAll, limit, includeVideoUrl, statuses];

/** Which tasks of an endpoint are wanted. */
export interface Listing {
	/** Infinity for all. */
	limit: number;
	/** Empty for any. */
	statuses: readonly string[];
	includeVideoUrl: boolean;
}

/** @throws ValidationError */
export function readListing(context: IExecuteFunctions, item: number): Listing {
	return {
		limit: readField(context, returnAll, item) ? Infinity : readField(context, limit, item),
		statuses: readField(context, statuses, item),
		includeVideoUrl: readField(context, includeVideoUrl, item),
	};
}
