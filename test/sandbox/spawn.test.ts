import { spawnSandboxApi } from '../../sandbox/api/spawn';

test('runs as a process of its own and stops at once', async () => {
	const sandbox = await spawnSandboxApi({ key: 'my-key', speed: 60, videoQuality: 'small' });
	try {
		expect(sandbox).toMatchObject({ key: 'my-key', secret: expect.any(String) });
		const { settings, tasks } = await sandbox.control.state();
		expect(settings).toMatchObject({ speed: 60, taskSeconds: 60, videoQuality: 'small' });
		expect(tasks).toEqual([]);
	} finally {
		await sandbox.stop();
	}
	await expect(fetch(sandbox.url)).rejects.toThrow('fetch failed');
});

test('says why it does not start', async () => {
	await expect(spawnSandboxApi({ speed: -1 })).rejects.toThrow('did not start');
});
