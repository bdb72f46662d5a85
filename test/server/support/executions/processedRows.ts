import { DatabaseSync } from 'node:sqlite';

import type { N8nServer } from '../../../../sandbox/n8n/server';

const open = ({ databasePath }: N8nServer, readOnly: boolean) =>
	new DatabaseSync(databasePath, { readOnly, timeout: 20_000 });

/** How many entries each row of n8n's table of processed items has. */
export function processedRows(n8n: N8nServer): number[] {
	const database = open(n8n, true);
	try {
		const rows = database.prepare('SELECT value FROM processed_data').all();
		return rows.map(({ value }) => (JSON.parse(String(value)) as { data: unknown[] }).data.length);
	} finally {
		database.close();
	}
}

/** From now on n8n can read its database, and waits wherever it writes, until the lock is given back. */
export function lockDatabase(n8n: N8nServer): { giveBack(): void } {
	const database = open(n8n, false);
	database.exec('BEGIN IMMEDIATE');
	return {
		giveBack() {
			database.exec('ROLLBACK');
			database.close();
		},
	};
}

/** Runs a statement in n8n's database. */
export function changeDatabase(n8n: N8nServer, sql: string): void {
	const database = open(n8n, false);
	try {
		database.exec(sql);
	} finally {
		database.close();
	}
}
