import { DatabaseSync } from 'node:sqlite';

import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import { isWhole, viewExecution } from '../../../../sandbox/n8n/execution';
import type { N8nServer } from '../../../../sandbox/n8n/server';

/** Where an n8n keeps all that it knows. */
export type Database = Pick<N8nServer, 'databasePath'>;

/** How many executions a workflow has had so far, however they ended; n8n's own list ends at 100. */
export function countExecutions(n8n: Database, workflowId: string): number {
	const sql = 'SELECT COUNT(*) AS amount FROM execution_entity WHERE workflowId = ?';
	return Number(select(n8n, { sql, workflowId })[0]?.amount);
}

/** How many of them have ended. */
export function countEnded(n8n: Database, workflowId: string): number {
	const sql = 'SELECT COUNT(stoppedAt) AS amount FROM execution_entity WHERE workflowId = ?';
	return Number(select(n8n, { sql, workflowId })[0]?.amount);
}

/** The status of each, oldest first. */
export function executionStatuses(n8n: Database, workflowId: string): string[] {
	const sql = 'SELECT status FROM execution_entity WHERE workflowId = ? ORDER BY id';
	return select(n8n, { sql, workflowId }).map(({ status }) => String(status));
}

/** True when none of them is on its way, and n8n has stored all of each. */
export function allEnded(n8n: Database, workflowId: string): boolean {
	if (countEnded(n8n, workflowId) < countExecutions(n8n, workflowId)) return false;
	return storedExecutions(n8n, workflowId).every(isWhole);
}

/** All executions of a workflow with their data, oldest first. */
export function storedExecutions(n8n: Database, workflowId: string): ExecutionView[] {
	const sql =
		'SELECT e.*, d.data FROM execution_entity e JOIN execution_data d ON d.executionId = e.id ' +
		'WHERE e.workflowId = ? ORDER BY e.id';
	return select(n8n, { sql, workflowId }).map((row) => viewExecution(row));
}

/** How many entries each claim of a workflow has: one row of n8n's table is one claim. */
export function claimsOf(n8n: Database, workflowId: string): number[] {
	const sql =
		"SELECT json_array_length(value, '$.data') AS amount FROM processed_data WHERE workflowId = ?";
	return select(n8n, { sql, workflowId }).map(({ amount }) => Number(amount));
}

function select(
	{ databasePath }: Database,
	{ sql, workflowId }: { sql: string; workflowId: string },
): Array<Record<string, unknown>> {
	const database = new DatabaseSync(databasePath, { readOnly: true, timeout: 20_000 });
	try {
		return database.prepare(sql).all(workflowId);
	} finally {
		database.close();
	}
}
