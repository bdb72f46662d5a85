import type { Endpoint } from './endpoint';
import type { Task } from './task';
import { readTask } from './taskClient';
import type { Api } from '../http/apiClient';
import { toApiError } from '../http/apiError';

/**
 * Reads a task whose endpoint may be unknown, since a webhook does not name it: looks under one candidate after the other,
 * first where this account had its latest tasks.
 *
 * @returns `null` when none of them has it for this account.
 * @throws ApiError when the API cannot tell.
 */
export async function findTask(
	api: Api,
	taskId: string,
	candidates: readonly Endpoint[],
): Promise<{ task: Task; endpoint: Endpoint } | null> {
	for (const endpoint of api.account.latestEndpoints.first(candidates)) {
		try {
			return { task: await readTask(api, { taskId, endpoint }), endpoint };
		} catch (error) {
			const failure = toApiError(error);
			if (failure.statusCode !== 404) throw toApiError(error);
		}
	}
	return null;
}
