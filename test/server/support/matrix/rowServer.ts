import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Row } from './cells';

export interface RowServer {
	url: string;
	/** The rows of a cell, by its number. */
	rows: Map<string, Row[]>;
	/** Executions that have got past our node and are held back. */
	held: number;
	/** From now on each cell has one more row, before the others, and no request is held back. */
	shift(extra: (cell: string) => Row): void;
	close(): Promise<void>;
}

/** `/rows/<cell>` gives the rows of a cell, as a sheet would; `/hold/<cell>` responds only once they have shifted. */
export async function rowServer(): Promise<RowServer> {
	const held: ServerResponse[] = [];
	let extraOf: ((cell: string) => Row) | undefined;
	const server = createServer((request, response) => {
		const [, what, cell = ''] = (request.url ?? '').split('/');
		response.setHeader('content-type', 'application/json');
		if (what === 'rows') {
			const rows = own.rows.get(cell) ?? [];
			return void response.end(JSON.stringify(extraOf ? [extraOf(cell), ...rows] : rows));
		}
		own.held++;
		if (extraOf) response.end('{}');
		else held.push(response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const own: RowServer = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		rows: new Map(),
		held: 0,
		shift(extra) {
			extraOf = extra;
			for (const response of held) response.end('{}');
		},
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return own;
}
