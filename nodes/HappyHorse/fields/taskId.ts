import { isTaskId } from '../tasks/task';
import { ValidationError } from '../validationError';
import { describe } from './check';

/** @throws ValidationError unless the value is a task ID: it becomes part of a path and of a file name. */
export function taskId(value: unknown): string {
	const id = typeof value === 'string' ? value.trim() : value;
	if (isTaskId(id)) return id;
	throw new ValidationError(
		`'Task' must be a task ID, but it is ${describe(value)}`,
		"Pick a task from the list, or give the field task_id of an earlier 'Create', e.g. 046b6c7f-0b8a-43b9-b35d-6489e6daee91.",
	);
}
