import { createHmac } from 'crypto';

import { secretKeys } from '../signature/secretKeys';
import { ValidationError } from '../validationError';
import { isLocalHost } from './localHosts';

/** Where requests go. The API key is not here: only the credential's own code puts it into a request. */
export interface Provider {
	/** Without a slash at the end. */
	baseUrl: string;
	/** True for the provider itself, whose limits are known. */
	isHosted: boolean;
	/** True when the API is on this machine or network, as the sandbox is: then so may be images and videos. */
	isLocal: boolean;
	/** What may never show up in an error, a log line or stored data. */
	secrets: string[];
	/** The keys that a genuine webhook is signed with; `null` when the credential has no webhook secret. */
	webhookKeys: Buffer[] | null;
	/** Signs what this node itself adds to callback URLs. Made from the API key, which it does not reveal. */
	signingKey: Buffer;
}

const HOSTED = new Map([
	['magnific', 'https://api.magnific.com'],
	['freepik', 'https://api.freepik.com'],
]);

/**
 * The provider that a credential's data names.
 *
 * @throws ValidationError when the key could break the request or the base URL could leak the key: plain http is
 * for this machine and this network only.
 */
export function providerFrom(credential: Record<string, unknown>): Provider {
	const apiKey = text(credential.apiKey);
	if (apiKey === '') {
		throw new ValidationError(
			"The credential has no 'API Key'",
			'Open the Happy Horse API credential and paste your key.',
		);
	}
	// A line break inside would end the header; other control and non-ASCII characters cannot be in one.
	if (!/^[\x21-\x7e]+$/.test(apiKey)) {
		throw new ValidationError(
			"The 'API Key' of the credential contains characters that no key has",
			'Copy the key again, without blanks or line breaks inside, and paste it into the credential.',
		);
	}
	const webhookSecret = text(credential.webhookSecret);
	const baseUrl = baseUrlOf(text(credential.provider), credential);
	return {
		baseUrl,
		isHosted: HOSTED.has(text(credential.provider)),
		isLocal: isLocalHost(new URL(baseUrl).hostname),
		secrets: [apiKey, webhookSecret].filter((secret) => secret !== ''),
		webhookKeys: webhookSecret === '' ? null : webhookKeys(webhookSecret),
		signingKey: createHmac('sha256', apiKey).update('happy-horse callback note').digest(),
	};
}

function webhookKeys(secret: string): Buffer[] {
	const keys = secretKeys(secret);
	if (keys.length > 0) return keys;
	throw new ValidationError(
		"The 'Webhook Secret' of the credential cannot be used",
		'Copy it again from the dashboard of your provider, as a whole and without blanks inside, or leave it empty.',
	);
}

function baseUrlOf(provider: string, credential: Record<string, unknown>): string {
	const hosted = HOSTED.get(provider);
	if (hosted !== undefined) return hosted;
	if (provider === 'custom') return customBaseUrl(text(credential.baseUrl));
	throw new ValidationError(
		"The credential has no 'API Provider' that this node knows",
		'Open the Happy Horse API credential and pick one from the list.',
	);
}

function text(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

function customBaseUrl(value: string): string {
	const url = URL.canParse(value) ? new URL(value) : undefined;
	const usable = url && !url.username && !url.password && !/[?#]/.test(value);
	if (!usable || !['https:', 'http:'].includes(url.protocol)) {
		throw new ValidationError(
			"The 'Base URL' of the credential is not a URL",
			'Enter a URL such as https://gateway.example.com or, for the sandbox, http://127.0.0.1:4010.',
		);
	}
	if (url.protocol === 'http:' && !isLocalHost(url.hostname)) {
		throw new ValidationError(
			"The 'Base URL' of the credential would send your API key unencrypted over the internet",
			'Use a URL that starts with https://. Plain http:// is accepted only on this machine or network.',
		);
	}
	return url.href.replace(/\/+$/, '');
}

/** The host name that decides what the provider can reach. */
export function hostOf(provider: Provider): string {
	return new URL(provider.baseUrl).hostname;
}
