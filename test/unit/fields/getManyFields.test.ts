import type { IDataObject } from 'n8n-workflow';

import { readListing } from '../../../nodes/HappyHorse/fields/getManyFields';
import { fakeExecution } from '../support/fakeExecution';
import { validationErrorOf } from '../support/validationErrorOf';

const listing = (parameters: IDataObject) =>
	readListing(
		fakeExecution({
			parameters: { returnAll: false, limit: 50, ...parameters },
		}).context,
		0,
	);

it.each<[IDataObject, object]>([
	[{}, { limit: 50, statuses: [], includeVideoUrl: false }],
	[{ returnAll: true, limit: undefined as never }, { limit: Infinity }],
	[{ limit: '1' }, { limit: 1 }],
	[{ filters: { status: ['FAILED', 'COMPLETED'] } }, { statuses: ['FAILED', 'COMPLETED'] }],
	[{ filters: {} }, { statuses: [] }],
	[{ includeVideoUrl: 'true' }, { includeVideoUrl: true }],
])('reads %p', (parameters, wanted) => {
	expect(listing(parameters)).toMatchObject(wanted);
});

it.each<[IDataObject, string]>([
	[{ returnAll: 'all' }, "'Return All'"],
	[{ limit: 0 }, "'Limit'"],
	[{ limit: 1.5 }, "'Limit'"],
	[{ limit: null }, "'Limit'"],
	[{ filters: { status: 'FAILED' } }, "'Status'"],
	[{ filters: { status: ['DONE'] } }, "'Status'"],
	[{ filters: { status: [null] } }, "'Status'"],
	[{ includeVideoUrl: 1 }, "'Include Video URL'"],
])('rejects %p', (parameters, label) => {
	expect(validationErrorOf(() => listing(parameters)).message).toContain(label);
});
