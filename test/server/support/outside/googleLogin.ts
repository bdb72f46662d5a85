import type { FastifyReply, FastifyRequest } from 'fastify';

import type { N8nServer } from '../../../../sandbox/n8n/server';
import type { CredentialReference } from '../workflows/workflow';
import type { OutsideService } from './services';

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

/** Rejects a request without the token, as every API of Google does. */
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
	// Google sends the browser of the user back to n8n, which knows it by a cookie.
	const response = new URLSearchParams({ state, code: 'consented' }).toString();
	const page = await n8n.client.page(`/rest/oauth2-credential/callback?${response}`);
	if (page.includes('Failed to connect')) throw new Error(`No sign-in with Google: ${page}`);
	return { id, name };
}
