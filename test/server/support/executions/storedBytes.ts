import { DatabaseSync } from 'node:sqlite';

import type { N8nServer } from '../../../../sandbox/n8n/server';

/** How much n8n has stored of an execution: it loads all of it for each webhook of a waiting one. */
export function storedBytes(
	{ databasePath }: Pick<N8nServer, 'databasePath'>,
	executionId: string,
): number {
	const database = new DatabaseSync(databasePath, { readOnly: true, timeout: 20_000 });
	try {
		const sql = 'SELECT LENGTH(data) AS bytes FROM execution_data WHERE executionId = ?';
		return Number(database.prepare(sql).get(executionId)?.bytes);
	} finally {
		database.close();
	}
}
