import Table from 'cli-table3';

export interface Row {
	/** What made the video, such as `image-to-video`. */
	kind: string;
	images: string[];
	status: string;
	/** What the file of the video says of itself; undefined when there is no file. */
	video: { width: number; height: number; seconds: number } | undefined;
	/** Path for people, relative to where they are. */
	file: string | undefined;
}

// Widths of [kind, images, status, size, seconds, file] with two spaces of padding.
const COLUMN_WIDTHS = [
	{ needs: 158, widths: [] },
	{ needs: 116, widths: [20, 22, 11, 13, 9, 34] },
	{ needs: 0, widths: [12, 13, 11, 12, 9, 16] },
];

/** The result of the demo as a table without colours; long names are wrapped when space is short. */
export function resultTable(rows: Row[], columns = Infinity): string {
	const { widths = [] } = COLUMN_WIDTHS.find(({ needs }) => columns >= needs) ?? {};
	const table = new Table({
		colWidths: widths,
		wordWrap: true,
		wrapOnWordBoundary: false,
		head: ['Kind', 'Images', 'Status', 'Size', 'Seconds', 'File'],
		colAligns: ['left', 'left', 'left', 'right', 'right', 'left'],
		style: { head: [], border: [] },
	});
	for (const { kind, images, status, video, file } of rows) {
		table.push([
			kind.replaceAll('-', ' '),
			images.join(', '),
			status,
			video ? `${video.width} x ${video.height}` : '',
			video ? video.seconds.toFixed(1) : '',
			file ?? '-',
		]);
	}
	return table.toString();
}
