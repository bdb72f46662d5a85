import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { viewExecution } from '../../sandbox/n8n/execution';
import type { Stage } from './support/stage';
import { setStage } from './support/stage';
import { until } from './support/watching';
import { createAndWait, pictures, workflowWith } from './support/workflow';

let stage: Stage;
beforeAll(async () => {
	stage = await setStage();
});
afterAll(async () => {
	await stage?.close();
});
beforeEach(async () => {
	await stage.sandbox.control.reset();
});

function dump(name: string) {
	const db = new DatabaseSync(stage.n8n.databasePath, { readOnly: true });
	const rows = db.prepare('SELECT e.*, d.data FROM execution_entity e JOIN execution_data d ON d.executionId = e.id').all();
	writeFileSync(`/tmp/faults/${name}.json`, JSON.stringify(rows.map((r) => { const v = viewExecution(r as never); return { id: v.id, status: v.status, mode: v.mode, retryOf: v.retryOf, data: v.data }; }), null, 1));
	writeFileSync(`/tmp/faults/${name}.processed.json`, JSON.stringify(db.prepare('SELECT * FROM processed_data').all()));
	db.close();
}

it.each([false, true])('explore, progress %s', async (progress) => {
	const { sandbox, n8n, credential } = stage;
	const { control } = sandbox;
	await control.rules({ on: 'create', do: { delayMs: 700 } });
	const items = pictures(sandbox.url, 7);
	const published = await stage.publish(
		workflowWith(
			{ credential, parameters: createAndWait({ waitUsing: 'polling', options: { maxConcurrency: 1, pollInterval: 5 } }) },
			{ saveExecutionProgress: progress },
		),
	);
	const id = await published.start(items);
	await until('3', async () => (await control.state()).acceptedPosts >= 3);
	dump(`before-${progress}`);
	await n8n.kill9();
	console.log('at kill', (await control.state()).acceptedPerImage);
	await n8n.restart();
	await sleep(3000);
	dump(`after-${progress}`);
	const seen = await n8n.client.execution(id).catch((e) => e);
	console.log(seen.status, seen.lastNodeExecuted, Object.keys(seen.runData ?? {}));
	await control.clearRules();
	try {
		const retried = await n8n.client.retryExecution(id);
		const done = await n8n.client.waitForExecution(retried);
		console.log('retry', done.status, done.error?.message);
	} catch (e) {
		console.log('retry failed', String(e));
	}
	dump(`retried-${progress}`);
	console.log('after retry', (await control.state()).acceptedPerImage);
});
