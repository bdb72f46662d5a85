import type { FastifyReply, FastifyRequest } from 'fastify';

import type { N8nServer } from '../../../../sandbox/n8n/server';
import type { CredentialReference } from '../workflow';
import type { OutsideService } from './world';

const TOKEN = 'ya29.token-of-the-test';

/** Google's token endpoint. */
export const googleLogin: OutsideService = {
	hosts: ['oauth2.googleapis.com'],
	routes(app) {
		app.post('/token', () => ({
			access_token: TOKEN,
			refresh_token: '1//refresh',
			expires_in: 3599,
			token_type: 'Bearer',
		}));
	},
};

/** Refuses a request without the token, as every API of Google does. */
export async function signedIn(request: FastifyRequest, reply: FastifyReply): Promise<void> {
	if (request.headers.authorization === `Bearer ${TOKEN}`) return;
	const error = { code: 401, message: 'Request had invalid authentication credentials.' };
	await reply.code(401).send({ error });
}

/** A credential of a Google node, signed in as "Sign in with Google" does it. */
export async function signInWithGoogle(n8n: N8nServer, type: string): Promise<CredentialReference> {
	const name = `Test ${type}`;
	const data = { clientId: 'client.apps.googleusercontent.com', clientSecret: 'secret' };
	const id = await n8n.client.createCredential(type, { name, data });
	const consent = String(await n8n.client.rest('GET', `oauth2-credential/auth?id=${id}`));
	const state = new URL(consent).searchParams.get('state') ?? '';
	const callback = new URL('/rest/oauth2-credential/callback', n8n.url);
	callback.search = new URLSearchParams({ state, code: 'consented' }).toString();
	const page = await (await fetch(callback)).text();
	if (/error/i.test(page) && !/success/i.test(page)) throw new Error(`No sign-in: ${page}`);
	return { id, name };
}
