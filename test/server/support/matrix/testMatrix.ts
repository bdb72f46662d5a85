import { agentModel } from './agentModel';
import {
	expectedOfNewRow,
	expectedTasks,
	REJECTIONS,
	rowName,
	rowsOf,
	titleOf,
	victimOf,
	REPEATS,
} from './cells';
import type { Cell } from './cells';
import { rowServer } from './rowServer';
import type { CellRun } from './cellRuns';
import { cellNumber, countsOf, faultsOf, newRow, runnerOn } from './cellRuns';
import type { Seen } from './matrixTable';
import { tableOf } from './matrixTable';
import { useOwnServer } from '../testServer/useTestServer';
import { until } from '../assertions/watching';

const AT_ONCE = 16;

/** Tests these cells on one n8n, many at a time, and prints how many tasks each row came to. */
export function testMatrix(cells: readonly Cell[]): void {
	const testServer = useOwnServer({ reset: false, sandbox: { speed: 60 } });

	const seen = new Map<Cell, Seen>();
	let seconds = 0;

	beforeAll(async () => {
		const begun = Date.now();
		const { n8n, sandbox } = testServer;
		const { control } = sandbox;
		const image = `${sandbox.url}/images/300x300.png?n=1`;
		const model = await agentModel();
		const rowsFrom = await rowServer();
		const data = { apiKey: 'sk-scripted', url: model.url };
		const openAiId = await n8n.client.createCredential('openAiApi', { name: 'Scripted', data });
		const runner = runnerOn(testServer, {
			credential: testServer.credential,
			openAi: { id: openAiId, name: 'Scripted' },
			rowsUrl: rowsFrom.url,
		});
		await control.rules(
			...cells.flatMap((cell) => {
				const times = REJECTIONS[cell.repeat];
				const prompt = rowName(cell, victimOf(cell));
				const response = { status: 400, body: { message: 'rejected' } };
				return times === undefined
					? []
					: [{ on: 'create' as const, where: { prompt }, times, do: { response: response } }];
			}),
			// Long enough for the other execution to create the same.
			{ on: 'create', where: { prompt: 'same key at once' }, do: { delayMs: 300 } },
		);

		const runs: CellRun[] = [];
		const errors = new Map<Cell, string>();
		const noted = (cell: Cell, work: Promise<CellRun>) =>
			work.then(
				(run) => void runs.push(run),
				(error: Error) => void errors.set(cell, error.message),
			);
		const crashing = cells.filter(({ repeat }) => repeat === 'crash, shifted rows');
		for (const cell of crashing) rowsFrom.rows.set(cellNumber(cell), rowsOf(cell, image));
		const ids = new Map<Cell, string>();
		await each(crashing, async (cell) => void ids.set(cell, await runner.begin(cell)));
		await until('all are past the node', async () => rowsFrom.held >= crashing.length, 90_000);
		await n8n.kill9();
		rowsFrom.shift((number) =>
			newRow(crashing.find((cell) => cellNumber(cell) === number)!, image),
		);
		await n8n.restart();
		await each(cells, async (cell) => {
			const id = ids.get(cell);
			const work = id === undefined ? runner.run(cell) : runner.finishCrashed(cell, id);
			await noted(cell, work);
		});

		const { tasks } = await control.state();
		for (const cell of cells) {
			const run = runs.find((one) => one.cell === cell);
			const faults = run ? faultsOf(run, tasks) : [errors.get(cell)!];
			const { name } = newRow(cell, image);
			const ofNewRow = tasks.filter(({ prompt }) => prompt?.startsWith(name)).length;
			seen.set(cell, { counts: countsOf(cell, tasks), ofNewRow, faults });
		}
		seconds = (Date.now() - begun) / 1000;
		await model.close();
		await rowsFrom.close();
	}, 600_000);

	afterAll(() => console.log(tableOf(seen, seconds)));

	describe.each(REPEATS)('%s', (repeat) => {
		const own = cells.filter((cell) => cell.repeat === repeat);

		it('creates as many tasks for each row as it has to', () => {
			const wrong = own.filter((cell) => {
				const counts = seen.get(cell)?.counts ?? [];
				return (
					counts.length !== cell.size ||
					counts.some((count, row) => !expectedTasks(cell, row).includes(count))
				);
			});
			expect(wrong.map((cell) => [titleOf(cell), seen.get(cell)?.counts])).toEqual([]);
		});

		it('ends well, with the task of each row at its place', () => {
			expect(
				own.flatMap((cell) => seen.get(cell)?.faults.map((f) => `${titleOf(cell)}: ${f}`)),
			).toEqual([]);
		});
	});

	it('creates one task for a row that came between the crash and the retry', () => {
		const crashed = cells.filter(({ repeat }) => repeat === 'crash, shifted rows');
		const wrong = crashed.filter((cell) => {
			return !expectedOfNewRow(cell).includes(seen.get(cell)?.ofNewRow ?? -1);
		});
		expect(wrong.map((cell) => [titleOf(cell), seen.get(cell)?.ofNewRow])).toEqual([]);
	});
}

/** Works on all, so many at a time. */
async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
	const left = [...all];
	const worker = async () => {
		for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
