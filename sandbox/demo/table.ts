import Table from 'cli-table3';

export interface Row {
	item: number;
	image: string;
	taskId: string;
	status: string;
	seconds: number | undefined;
	/** Path for people, relative to where they are; undefined when there is no video. */
	file: string | undefined;
	bytes: number | undefined;
}

/** `1.4 MB`, `820 KB`. */
export function sizeText(bytes: number): string {
	return bytes >= 1_000_000
		? `${(bytes / 1_000_000).toFixed(1)} MB`
		: `${Math.max(1, Math.round(bytes / 1000))} KB`;
}

// Widths of [item, image, task ID, status, seconds, file, size] with two spaces of padding.
const COLUMN_WIDTHS = [
	{ needs: 156, widths: [] },
	{ needs: 116, widths: [6, 20, 20, 11, 9, 34, 8] },
	{ needs: 0, widths: [6, 12, 14, 11, 9, 16, 8] },
];

/** The result of the demo as a table without colours; long IDs are wrapped when space is short. */
export function resultTable(rows: Row[], columns = Infinity): string {
	const { widths = [] } = COLUMN_WIDTHS.find(({ needs }) => columns >= needs) ?? {};
	const table = new Table({
		colWidths: widths,
		wordWrap: true,
		wrapOnWordBoundary: false,
		head: ['Item', 'Image', 'Task ID', 'Status', 'Seconds', 'File', 'Size'],
		colAligns: ['right', 'left', 'left', 'left', 'right', 'left', 'right'],
		style: { head: [], border: [] },
	});
	for (const row of rows) {
		table.push([
			row.item,
			row.image,
			row.taskId,
			row.status,
			row.seconds === undefined ? '' : row.seconds.toFixed(1),
			row.file ?? '-',
			row.bytes === undefined ? '' : sizeText(row.bytes),
		]);
	}
	return table.toString();
}
