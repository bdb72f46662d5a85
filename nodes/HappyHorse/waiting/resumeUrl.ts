/** The own part of the resume address: with none, a late call could continue a Wait node further on. */
export const RESUME_PATH = 'happy-horse';

/**
 * The address that the provider calls for one item while the execution waits.
 *
 * @param resumeUrl n8n's `$execution.resumeUrl`, whose query holds a token: a second `?` would break it.
 * @param reference tells calls of one execution apart in logs; nothing is decided by it.
 */
export function taskWebhookUrl(resumeUrl: string, reference: string): string {
	const url = new URL(resumeUrl);
	url.pathname = `${url.pathname.replace(/\/+$/, '')}/${RESUME_PATH}`;
	url.searchParams.set('ref', reference);
	return url.href;
}
