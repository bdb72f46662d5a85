import { createHmac, timingSafeEqual } from 'node:crypto';

/** The three headers of a webhook; `timestamp` is in unix seconds. */
export function webhookHeaders(
	secret: string,
	message: { id: string; timestamp: number; body: string },
): Record<string, string> {
	const { id, timestamp, body } = message;
	const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
	return {
		'webhook-id': id,
		'webhook-timestamp': String(timestamp),
		'webhook-signature': `v1,${mac}`,
	};
}

/** Signs and checks URLs of the form `<path>?token=exp=<unix seconds>~hmac=<hex>`. */
export class UrlSigner {
	constructor(private readonly key: Buffer) {}

	/** Returns path and query; `seconds` of life counted from now. */
	sign(path: string, seconds: number): string {
		const expires = Math.floor(Date.now() / 1000) + seconds;
		return `${path}?token=exp=${expires}~hmac=${this.mac(path, expires)}`;
	}

	/** Says why a token does not open the path, or undefined when it does. */
	faultOf(path: string, token: string | undefined): 'missing' | 'tampered' | 'expired' | undefined {
		const [, expires = '', mac = ''] = /^exp=(-?\d+)~hmac=([0-9a-f]{64})$/.exec(token ?? '') ?? [];
		if (mac === '') return token === undefined ? 'missing' : 'tampered';
		const expected = this.mac(path, Number(expires));
		if (!timingSafeEqual(Buffer.from(mac), Buffer.from(expected))) return 'tampered';
		return Date.now() >= Number(expires) * 1000 ? 'expired' : undefined;
	}

	private mac(path: string, expires: number): string {
		return createHmac('sha256', this.key).update(`${path}~${expires}`).digest('hex');
	}
}
