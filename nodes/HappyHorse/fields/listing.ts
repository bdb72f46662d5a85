import type { IExecuteFunctions } from 'n8n-workflow';

import type { Endpoint } from '../tasks/endpoint';
import { STATUSES } from '../tasks/task';
import { ValidationError } from '../validationError';
import { fieldValue, readEndpoint } from './read';
import { choice, describe, wholeNumber, yesOrNo } from './check';

/** Which tasks of the account are wanted. */
export interface Listing {
	endpoint: Endpoint;
	/** Infinity for all. */
	limit: number;
	/** Empty for any. */
	statuses: readonly string[];
	includeVideoUrl: boolean;
}

/** @throws ValidationError */
export function readListing(context: IExecuteFunctions, item: number): Listing {
	const all = yesOrNo(fieldValue(context, 'returnAll', item), 'Return All');
	const range = { min: 1, max: 1_000_000, unit: 'results' };
	return {
		endpoint: readEndpoint(context, item),
		limit: all ? Infinity : wholeNumber(fieldValue(context, 'limit', item), 'Limit', range),
		statuses: statuses(fieldValue(context, 'filters.status', item) ?? []),
		includeVideoUrl: yesOrNo(
			fieldValue(context, 'includeVideoUrl', item) ?? false,
			'Include Video URL',
		),
	};
}

function statuses(value: unknown): string[] {
	if (!Array.isArray(value)) {
		throw new ValidationError(
			`'Status' must be a list of statuses, but it is ${describe(value)}`,
			`Pick statuses from the list, or let the expression give a list such as ["COMPLETED"].`,
		);
	}
	return value.map((status) => choice(status, 'Status', STATUSES));
}
