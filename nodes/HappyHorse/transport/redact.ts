const MASK = '***';

// Shorter strings are no secrets, and blanking them out would eat ordinary words.
const SHORTEST_SECRET = 4;

/** Query values that are as good as a password: result URLs, upload URLs and n8n's resume URLs carry them. */
const SIGNED_QUERY_VALUE = /([?&~](?:token|signature|sig|hmac|exp|x-goog-[a-z]+)=)[^\s"'<>&]+/gi;

/** The forms in which a secret shows up in foreign text: as it is, URL-encoded, escaped in JSON, in base64. */
function formsOf(secret: string): string[] {
	const base64 = Buffer.from(secret, 'utf8').toString('base64').replace(/=+$/, '');
	return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64];
}

/** Foreign text made fit for an error or a log line: secrets and signatures of URLs become `***`. */
export function redact(text: string, secrets: readonly string[]): string {
	const forms = secrets
		.filter((secret) => secret.length >= SHORTEST_SECRET)
		.flatMap(formsOf)
		.sort((a, b) => b.length - a.length);
	const withoutSecrets = forms.reduce((rest, form) => rest.split(form).join(MASK), text);
	return withoutSecrets.replace(SIGNED_QUERY_VALUE, `$1${MASK}`);
}
