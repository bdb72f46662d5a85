import { delimiter, dirname, join, resolve } from 'node:path';

import { cacheFolder } from '../../../../sandbox/n8n/cacheFolder';
import { n8nEnvironment } from '../../../../sandbox/n8n/environment';
import { npmEnvironment } from '../../../../sandbox/n8n/npm';

const settings = {
	version: '2.41.1',
	port: 1234,
	brokerPort: 1235,
	userFolder: '/somewhere',
	encryptionKey: 'k',
};

describe('the environment of the throw-away n8n', () => {
	it('takes over nothing that belongs to another n8n, to npm or to the paid API', () => {
		const env = n8nEnvironment(settings, {
			HOME: '/home/me',
			N8N_ENCRYPTION_KEY: 'mine',
			DB_TYPE: 'postgresdb',
			EXECUTIONS_MODE: 'queue',
			HAPPY_HORSE_API_KEY: 'paid',
			npm_config_prefix: '/x',
			NODE_OPTIONS: '--inspect',
		});
		expect(env).toMatchObject({ HOME: '/home/me', N8N_ENCRYPTION_KEY: 'k' });
		for (const name of ['DB_TYPE', 'EXECUTIONS_MODE', 'HAPPY_HORSE_API_KEY', 'NODE_OPTIONS']) {
			expect(env).not.toHaveProperty(name);
		}
		expect(env).not.toHaveProperty('npm_config_prefix');
	});

	it('listens on loopback only, as does its task runner', () => {
		expect(n8nEnvironment(settings, {})).toMatchObject({
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			WEBHOOK_URL: 'http://127.0.0.1:1234/',
			N8N_RUNNERS_BROKER_PORT: '1235',
		});
	});

	it('puts the running Node first on the path, under the name the system uses for it', () => {
		const expected = [dirname(process.execPath), '/usr/bin'].join(delimiter);
		expect(n8nEnvironment(settings, { Path: '/usr/bin' }).Path).toBe(expected);
		expect(npmEnvironment({ PATH: '/usr/bin' }).PATH).toBe(expected);
	});

	it.each([
		['2.41.1', true],
		['2.23.4', true],
		['2.14.2', false],
		['1.123.81', false],
	])('names the module to leave out only to versions that know it: %s', (version, knowsIt) => {
		const env = n8nEnvironment({ ...settings, version }, {});
		expect('N8N_DISABLED_MODULES' in env).toBe(knowsIt);
	});
});

describe('the environment of npm in another folder', () => {
	it('forgets the enclosing npm run but keeps the settings of the network', () => {
		const env = npmEnvironment({
			npm_config_local_prefix: '/project',
			npm_config_ignore_scripts: 'true',
			npm_package_name: 'x',
			INIT_CWD: '/project',
			npm_config_registry: 'https://mirror.example',
			HTTPS_PROXY: 'http://proxy',
		});
		expect(Object.keys(env).sort()).toEqual(['HTTPS_PROXY', 'PATH', 'npm_config_registry']);
	});
});

describe('the cache folder', () => {
	it.each([
		['linux', {}, join('/h', '.cache')],
		['linux', { XDG_CACHE_HOME: '/c' }, '/c'],
		['darwin', {}, join('/h', '.cache')],
		['win32', { LOCALAPPDATA: '/local' }, '/local'],
		['win32', {}, join('/h', 'AppData', 'Local')],
	] as const)('on %s with %j lies in %s', (platform, env, base) => {
		expect(cacheFolder({ platform, env, home: '/h' })).toBe(join(base, 'n8n-nodes-happy-horse'));
	});

	it('can be chosen', () => {
		const env = { HAPPY_HORSE_CACHE: '/mine' };
		expect(cacheFolder({ platform: 'linux', env, home: '/h' })).toBe(resolve('/mine'));
	});
});
