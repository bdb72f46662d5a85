import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { webhookHeaders } from '../../sandbox/api/sign';

test('the OpenAPI document is valid', () => {
	const script = `
		const { OpenAPIBackend } = require('openapi-backend');
		const { document: definition } = require('./sandbox/api/document.ts');
		new OpenAPIBackend({ definition, strict: true }).init().then(() => console.log('valid'));`;
	const cwd = path.resolve(__dirname, '../..');
	const typescript = ['--require', require.resolve('tsx/cjs')];
	const parts = [...typescript, '-e', script];
	const said = execFileSync(process.execPath, parts, { cwd, encoding: 'utf8' });
	expect(said).toBe('valid\n');
});

test('webhooks are signed like the documented vector', () => {
	const headers = webhookHeaders('0123456789abcdef0123456789abcdef', {
		id: 'msg_test_1',
		timestamp: 1760000000,
		body:
			'{"task_id":"046b6c7f-0b8a-43b9-b35d-6489e6daee91","status":"COMPLETED",' +
			'"generated":["https://ai-statics.freepik.com/completed_task_image.jpg"]}',
	});
	expect(headers).toEqual({
		'webhook-id': 'msg_test_1',
		'webhook-timestamp': '1760000000',
		'webhook-signature': 'v1,6wouLplu0XmKSBNuMo1RnBVdHK16EDd4/RlXJkVE6mc=',
	});
});
