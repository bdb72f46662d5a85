import type { Model } from './model';
import { MODELS } from './model';
import type { Task } from './task';
import { readTask } from './taskClient';
import type { Api } from '../http/apiClient';
import { toApiError } from '../http/apiError';

/**
 * Reads a task whose model may be unknown: a webhook does not name it.
 *
 * @returns `null` when no model has it for this account.
 * @throws ApiError when the API cannot tell.
 */
export async function findTask(
	api: Api,
	taskId: string,
	model: Model | undefined,
): Promise<{ task: Task; model: Model } | null> {
	for (const candidate of model === undefined ? MODELS : [model]) {
		try {
			return { task: await readTask(api, { taskId, model: candidate }), model: candidate };
		} catch (error) {
			const failure = toApiError(error);
			if (failure.statusCode !== 404) throw toApiError(error);
		}
	}
	return null;
}
