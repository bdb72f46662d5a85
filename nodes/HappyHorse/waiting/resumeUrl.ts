/** This node's part of the resume URL: without it, a late webhook could continue a Wait node further on. */
export const RESUME_PATH = 'happy-horse';

/**
 * The URL for webhooks about one item while the execution waits.
 *
 * @param resumeUrl n8n's `$execution.resumeUrl`, whose query holds a token: a second `?` would break it.
 * @param reference tells the webhooks of one execution apart in logs; nothing depends on it.
 */
export function taskWebhookUrl(resumeUrl: string, reference: string): string {
	const url = new URL(resumeUrl);
	url.pathname = `${url.pathname.replace(/\/+$/, '')}/${RESUME_PATH}`;
	url.searchParams.set('ref', reference);
	return url.href;
}
