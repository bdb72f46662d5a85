const STATUS_NAMES: Readonly<Record<string, string>> = {
	COMPLETED: 'Completed',
	CREATED: 'Created',
	FAILED: 'Failed',
	IN_PROGRESS: 'In Progress',
};

/** The label of a status in lists. A status that the API adds later keeps its own name. */
export const statusName = (status: string): string => STATUS_NAMES[status] ?? status;
