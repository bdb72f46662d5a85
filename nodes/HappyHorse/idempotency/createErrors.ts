import { ApiError } from '../http/apiError';
import type { PreparedRequest } from './createTypes';

export function mayExist({ scope }: PreparedRequest): ApiError {
	const again = scope === 'key' ? "use another 'Idempotency Key'" : 'start a new execution';
	return new ApiError('An earlier try of this item may have created its video', {
		hint: `It is not sent again, since that could be charged twice. Look for it with 'Get Many', and fetch it with 'Wait' and its ID. If it is not there, ${again}.`,
		outcomeUnknown: true,
	});
}

export function notRecorded(reason: string): ApiError {
	return new ApiError("The request could not be recorded in n8n's database, so it was not sent", {
		hint: `Without the record, a retry could be charged twice. Nothing was created or charged for this item. The database said: ${reason}`,
		accountWide: true,
	});
}

export function notKept(): ApiError {
	return new ApiError("This n8n cannot remember an 'Idempotency Key' for this workflow", {
		hint: "Save the workflow first. If it is saved, this n8n is too old: update it, or remove 'Idempotency Key' from the options. Nothing was created or charged.",
		accountWide: true,
	});
}

export function cancelled(): ApiError {
	return new ApiError('The execution was canceled before this video was created', {
		hint: 'Nothing was created or charged for this item.',
	});
}
