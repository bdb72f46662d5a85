import { OURS } from '../measure';
import { spreadOf } from '../rig/statistics';
import type { StoredResult } from './results';

interface Point {
	items: number;
	value: number;
}

interface Line {
	contender: string;
	colour: string;
	measured: Point[];
}

interface Panel {
	kind: string;
	title: string;
	/** What the value of a row, which may be per video, is for the whole batch. */
	total: (value: number, items: number) => number;
}

const PANELS: readonly Panel[] = [
	{ kind: 'requests', title: 'Requests to the API', total: (value, items) => value * items },
	{ kind: 'wall', title: 'Seconds until the last video', total: (value) => value },
	{
		kind: 'slot',
		title: 'Seconds an execution slot is held',
		total: (value, items) => value * items,
	},
];

const COLOURS = ['#c2410c', '#2563eb', '#0f766e', '#7c3aed', '#be185d', '#64748b'];
const MOST_ITEMS = 1000;
const WIDTH = 300;
const HEIGHT = 230;
const LEFT = 58;
const TOP = 44;
const GAP = 70;
const LEGEND = 26;

/** Cost by number of items, both axes logarithmic; dashed where it was not measured. */
export function growthChart(results: readonly StoredResult[]): string | undefined {
	const measured = results.filter(({ name }) => name === 'batches' || name === 'growth');
	if (measured.length === 0) return undefined;
	const contenders = [
		...new Set(measured.flatMap(({ rows }) => rows.flatMap(({ runs }) => Object.keys(runs)))),
	];
	const sorted = [OURS, ...contenders.filter((contender) => contender !== OURS)];
	const lines = (panel: Panel): Line[] =>
		sorted.map((contender, index) => ({
			contender,
			colour: COLOURS[index % COLOURS.length]!,
			measured: pointsOf(measured, { panel, contender }),
		}));
	const full = LEFT + PANELS.length * (WIDTH + GAP) - GAP + 24;
	const tall = TOP + HEIGHT + 46 + LEGEND * Math.ceil(sorted.length / 3);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${full} ${tall}" width="${full}" height="${tall}" font-family="system-ui, sans-serif" font-size="12" fill="#334155">`,
		`<title>How cost grows with the number of items</title>`,
		`<rect width="100%" height="100%" fill="#ffffff"/>`,
		...PANELS.map((panel, index) =>
			drawPanel(panel, { lines: lines(panel), x: LEFT + index * (WIDTH + GAP) }),
		),
		legend(lines(PANELS[0]!), TOP + HEIGHT + 54),
		'</svg>\n',
	].join('\n');
}

function pointsOf(
	results: readonly StoredResult[],
	{ panel, contender }: { panel: Panel; contender: string },
): Point[] {
	return results
		.flatMap(({ rows }) => rows)
		.filter(({ id, runs }) => id.startsWith(`${panel.kind}-`) && runs[contender] !== undefined)
		.map(({ id, runs }) => {
			const items = Number(id.split('-')[1]);
			return { items, value: panel.total(spreadOf(runs[contender]!).median, items) };
		})
		.sort((one, other) => one.items - other.items);
}

/** Where the line would end if it went on as it did between its last two points. */
function continued(points: readonly Point[]): Point | undefined {
	const [before, last] = points.slice(-2);
	if (before === undefined || last === undefined || last.items >= MOST_ITEMS) return undefined;
	const slope = (last.value - before.value) / (last.items - before.items);
	return { items: MOST_ITEMS, value: last.value + slope * (MOST_ITEMS - last.items) };
}

function drawPanel({ title }: Panel, { lines, x }: { lines: readonly Line[]; x: number }): string {
	const ends = lines.map(({ measured }) => continued(measured));
	const values = [
		...lines.flatMap(({ measured }) => measured),
		...ends.flatMap((end) => end ?? []),
	];
	const powers = values.map(({ value }) => Math.log10(Math.max(value, 0.01)));
	const [low, high] = [Math.floor(Math.min(...powers)), Math.ceil(Math.max(...powers))];
	const across = (items: number) => x + (Math.log10(items) / Math.log10(MOST_ITEMS)) * WIDTH;
	const up = (value: number) =>
		TOP + HEIGHT - ((Math.log10(Math.max(value, 0.01)) - low) / Math.max(1, high - low)) * HEIGHT;
	const at = ({ items, value }: Point) => `${across(items).toFixed(1)},${up(value).toFixed(1)}`;
	const grid = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)).map(
		(value) =>
			`<line x1="${x}" x2="${x + WIDTH}" y1="${up(value)}" y2="${up(value)}" stroke="#e2e8f0"/>` +
			`<text x="${x - 6}" y="${up(value) + 4}" text-anchor="end">${value.toLocaleString('en')}</text>`,
	);
	const columns = [1, 10, 100, 1000].map(
		(items) =>
			`<text x="${across(items)}" y="${TOP + HEIGHT + 18}" text-anchor="middle">${items.toLocaleString('en')}</text>`,
	);
	const drawn = lines.map(({ colour, measured }, index) => {
		const width = index === 0 ? 3 : 1.75;
		const end = ends[index];
		const last = measured.at(-1);
		return [
			`<polyline fill="none" stroke="${colour}" stroke-width="${width}" points="${measured.map(at).join(' ')}"/>`,
			...measured.map((point) => {
				const [cx, cy] = at(point).split(',');
				return `<circle cx="${cx}" cy="${cy}" r="${width + 1}" fill="${colour}"/>`;
			}),
			end === undefined || last === undefined
				? ''
				: `<polyline fill="none" stroke="${colour}" stroke-width="${width}" stroke-dasharray="4 4" points="${at(last)} ${at(end)}"/>`,
		].join('');
	});
	return [
		`<text x="${x}" y="${TOP - 18}" font-size="14" font-weight="600">${title}</text>`,
		...grid,
		...columns,
		`<text x="${x + WIDTH / 2}" y="${TOP + HEIGHT + 36}" text-anchor="middle">items</text>`,
		// The reference is drawn last, so that it lies on top.
		...drawn.reverse(),
	].join('\n');
}

function legend(lines: readonly Line[], y: number): string {
	return lines
		.map(({ contender, colour }, index) => {
			const x = LEFT + (index % 3) * (WIDTH + GAP);
			const row = y + Math.floor(index / 3) * LEGEND;
			return (
				`<line x1="${x}" x2="${x + 26}" y1="${row}" y2="${row}" stroke="${colour}" stroke-width="3"/>` +
				`<text x="${x + 34}" y="${row + 4}">${contender}</text>`
			);
		})
		.join('\n');
}
