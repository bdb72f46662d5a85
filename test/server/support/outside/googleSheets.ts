import { signedIn } from './googleLogin';
import type { OutsideService } from './services';

export interface GoogleSheets extends OutsideService {
	/** Puts a sheet of that title into the document: a row of names, then rows of values. */
	write(document: string, title: string, rows: unknown[][]): void;
	/** The rows of a sheet by the names in its first row. */
	rows(document: string, title: string): Array<Record<string, unknown>>;
}

interface Change {
	range: string;
	values: unknown[][];
}

type Sheets = Map<string, unknown[][]>;

/** Google Sheets API v4, as far as reading a whole sheet and writing single cells go. */
export function googleSheets(): GoogleSheets {
	const documents = new Map<string, Sheets>();
	return {
		hosts: ['sheets.googleapis.com'],
		routes(app) {
			app.addHook('preHandler', signedIn);
			app.get<{ Params: { id: string } }>('/v4/spreadsheets/:id', ({ params }, reply) => {
				const sheets = documents.get(params.id);
				if (!sheets) return reply.code(404).send(notFound);
				const properties = [...sheets.keys()].map((title, index) => ({
					properties: { sheetId: index, title, index, sheetType: 'GRID' },
				}));
				return reply.send({ sheets: properties });
			});
			app.get<{ Params: { id: string; range: string } }>(
				'/v4/spreadsheets/:id/values/:range',
				({ params }, reply) => {
					const title = params.range.replace(/^'(.*)'$/, '$1');
					const rows = documents.get(params.id)?.get(title);
					if (!rows) return reply.code(404).send(notFound);
					return reply.send({ range: params.range, majorDimension: 'ROWS', values: trimmed(rows) });
				},
			);
			app.post<{ Params: { id: string }; Body: { data: Change[] } }>(
				'/v4/spreadsheets/:id/values::batchUpdate',
				({ params, body }, reply) => {
					const sheets = documents.get(params.id);
					if (!sheets) return reply.code(404).send(notFound);
					for (const change of body.data) apply(change, sheets);
					return reply.send({ spreadsheetId: params.id, totalUpdatedCells: body.data.length });
				},
			);
		},
		write(document, title, rows) {
			const sheets: Sheets = documents.get(document) ?? new Map<string, unknown[][]>();
			documents.set(document, sheets.set(title, rows));
		},
		rows(document, title) {
			const [names = [], ...rows] = documents.get(document)?.get(title) ?? [];
			return rows.map((row) =>
				Object.fromEntries(names.map((name, index) => [String(name), row[index] ?? ''])),
			);
		},
	};
}

const notFound = { error: { code: 404, message: 'Requested entity was not found.' } };

/** Google leaves out empty cells at the end of a row. */
function trimmed(rows: unknown[][]): unknown[][] {
	return rows.map((row) => row.slice(0, row.findLastIndex((cell) => cell !== '') + 1));
}

/** Writes one cell, such as `Videos!D2`. */
function apply({ range, values }: Change, sheets: Sheets): void {
	const [, title = '', column = '', row = ''] = /^'?(.*?)'?!([A-Z])(\d+)$/.exec(range) ?? [];
	const cells = sheets.get(title)?.[Number(row) - 1];
	if (!cells) throw new Error(`There is no cell ${range}`);
	cells[column.charCodeAt(0) - 'A'.charCodeAt(0)] = values[0]?.[0];
}
