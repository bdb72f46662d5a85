import { HappyHorseApi } from '../../../credentials/HappyHorseApi.credentials';

const credential = new HappyHorseApi();

/** What n8n makes of an expression over the credential's fields. */
function evaluated(expression: string, $credentials: object): unknown {
	const code = /^=\{\{(.+)\}\}$/s.exec(expression)?.[1] ?? 'undefined';
	return new Function('$credentials', `return (${code});`)($credentials) as unknown;
}

function header(fields: object) {
	const [name = '', value = ''] = Object.entries(credential.authenticate.properties.headers!)[0]!;
	return [evaluated(name, fields), evaluated(String(value), fields)];
}

it.each([
	['magnific', 'x-magnific-api-key', 'https://api.magnific.com'],
	['freepik', 'x-freepik-api-key', 'https://api.freepik.com'],
	['custom', 'x-magnific-api-key', 'http://127.0.0.1:4010'],
])('%s switches header and host together', (provider, name, host) => {
	const fields = { provider, apiKey: ' key ', baseUrl: ' http://127.0.0.1:4010// ' };
	expect(header(fields)).toEqual([name, 'key']);
	expect(evaluated(String(credential.test.request.baseURL), fields)).toBe(host);
});

it.each([
	['http://gateway.example.com', 'https://gateway.example.com'],
	['http://8.8.8.8:80/api/', 'https://8.8.8.8:80/api'],
	['http://sandbox:4010', 'http://sandbox:4010'],
	['http://host.docker.internal:4010', 'http://host.docker.internal:4010'],
	['http://192.168.1.5:4010', 'http://192.168.1.5:4010'],
	['http://[::1]:4010', 'http://[::1]:4010'],
	['https://gateway.example.com', 'https://gateway.example.com'],
])('the test of %s never sends the key in the clear over the internet', (baseUrl, requested) => {
	const fields = { provider: 'custom', apiKey: 'key', baseUrl };
	expect(evaluated(String(credential.test.request.baseURL), fields)).toBe(requested);
});

it('sends one header and never both', () => {
	expect(Object.keys(credential.authenticate.properties.headers!)).toHaveLength(1);
	expect(credential.authenticate.properties).not.toHaveProperty('qs');
});

it('hides what is secret', () => {
	for (const name of ['apiKey', 'webhookSecret']) {
		const field = credential.properties.find((property) => property.name === name);
		expect(field?.typeOptions).toEqual({ password: true });
	}
});

it('is tested with a request that costs nothing and follows no redirect', () => {
	const { method, url, disableFollowRedirect } = credential.test.request;
	expect([method ?? 'GET', url, disableFollowRedirect]).toEqual(['GET', '/v1/ai/loras', true]);
});

it('says that a key is bad only after a 401', () => {
	const messages = new Map(
		credential.test.rules?.map(({ properties }) => [
			'value' in properties ? properties.value : undefined,
			properties.message,
		]),
	);
	expect(messages.get(401)).toContain('not accepted');
	for (const status of [403, 404, 429, 500, 503]) {
		expect(messages.get(status)).toBeDefined();
		expect(messages.get(status)).not.toContain('not accepted');
	}
});
