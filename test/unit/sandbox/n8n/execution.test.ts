import { isWhole, itemsOf, viewExecution } from '../../../../sandbox/n8n/execution';

const stored = {
	id: 7,
	status: 'error',
	mode: 'webhook',
	workflowId: 'w1',
	waitTill: null,
	startedAt: '2026-11-22T15:42:05.380Z',
	data: '[{"resultData":"1"},{"runData":"2","lastNodeExecuted":"3","error":"4"},{"Edit":"5"},"Edit",{"message":"6"},["7"],"no credits",{"executionTime":12,"executionStatus":"8","data":"9"},"success",{"main":"10"},["11",null],["12"],{"json":"13"},{"n":1}]',
};

describe('an execution as the REST API returns it', () => {
	const view = viewExecution(stored);

	it('is un-flattened into items per node, run and output', () => {
		expect(itemsOf(view, 'Edit')).toEqual([{ json: { n: 1 } }]);
		expect(view.runData.Edit?.[0]).toMatchObject({
			executionStatus: 'success',
			executionTimeMs: 12,
		});
	});

	it('has no items for outputs, runs and nodes that were not reached', () => {
		expect(itemsOf(view, 'Edit', { output: 1 })).toEqual([]);
		expect(itemsOf(view, 'Edit', { run: 1 })).toEqual([]);
		expect(itemsOf(view, 'Elsewhere')).toEqual([]);
	});

	it('tells the error, the last node and the times', () => {
		expect(view).toMatchObject({
			id: '7',
			lastNodeExecuted: 'Edit',
			error: { message: 'no credits' },
		});
		expect(view.startedAt).toEqual(new Date('2026-11-22T15:42:05.380Z'));
		expect(view.waitTill).toBeUndefined();
	});

	it('also reads data that is not flattened, or missing', () => {
		const runData = { A: [{ data: { main: [[{ json: { a: 1 } }]] } }] };
		expect(
			itemsOf(viewExecution({ ...stored, data: { resultData: { runData } } }), 'A'),
		).toHaveLength(1);
		expect(viewExecution({ id: '1', status: 'new' }).runData).toEqual({});
	});
});

describe('the moment in which n8n 1 has stored the end of an execution, but not its data', () => {
	const toRun = { executionData: { nodeExecutionStack: [{}] } };
	const started = { resultData: { runData: {} }, ...toRun };
	const suspended = { resultData: { lastNodeExecuted: 'A' }, ...toRun, waitTill: '2026-11-22' };
	const continued = { resultData: { lastNodeExecuted: 'A' }, ...toRun };
	const failed = { resultData: { lastNodeExecuted: 'A', error: { message: 'no' } }, ...toRun };
	const ended = { resultData: { lastNodeExecuted: 'A' } };

	it.each([
		['success', started, false],
		['success', suspended, false],
		['success', continued, false],
		['success', ended, true],
		['error', started, false],
		['error', continued, false],
		['error', failed, true],
		['waiting', started, false],
		['waiting', continued, false],
		['waiting', suspended, true],
		['canceled', suspended, false],
		['canceled', continued, true],
		['crashed', started, true],
		['running', started, true],
	])('status %s with data %j: whole is %p', (status, data, whole) => {
		expect(isWhole(viewExecution({ ...stored, status, data }))).toBe(whole);
	});
});
