import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Api } from '../http/apiClient';
import { canReach } from '../http/localHosts';
import { hostOf } from '../http/provider';
import type { FileContext } from '../http/safeFetch';
import { supportsBinarySignedUrls } from '../n8n/features';
import { isRecord } from '../tasks/task';

/** A link that opens a file of this n8n without signing in. */
export interface PublicLink {
	url: string;
	/** In ISO 8601. */
	expiresAt: string;
}

export interface LinkRequest {
	context: FileContext;
	/** Its life. */
	hours: number;
	/** In milliseconds since 1970. */
	now: number;
	/** A provider on this machine or network is the sandbox: then a local link is enough. */
	api: Pick<Api, 'provider'>;
}

/**
 * Makes a link to a file that n8n keeps. n8n signs it, and begins it with the same base URL as its webhooks.
 *
 * @returns the link, or in words why there is none and what to set. Never throws: the video itself is there.
 */
export function linkTo(
	file: IBinaryData,
	{ context: { helpers }, hours, now, api }: LinkRequest,
): PublicLink | { missing: string } {
	if (!supportsBinarySignedUrls(helpers)) {
		return { missing: 'This n8n cannot make links to files. Update n8n.' };
	}
	if (file.id === undefined) {
		return {
			missing:
				"This n8n keeps files in memory, where no link can lead. Set n8n's environment variable N8N_DEFAULT_BINARY_DATA_MODE to filesystem.",
		};
	}
	// n8n counts whole seconds.
	const seconds = Math.round(hours * 3600);
	const expiresAt = new Date((Math.floor(now / 1000) + seconds) * 1000).toISOString();
	try {
		const url = helpers.createBinarySignedUrl(file, `${seconds}s`);
		const { hostname, origin } = new URL(url);
		if (canReach({ from: hostOf(api.provider), to: hostname })) return { url, expiresAt };
		return {
			missing: `Links to files of this n8n begin with ${origin}, which only its own network can open. Set n8n's environment variable N8N_WEBHOOK_URL to its public URL.`,
		};
	} catch {
		return { missing: 'n8n could not make a link to the file.' };
	}
}

/** Tells users at the node why links are missing; an item says so, too, as its only way after a suspension. */
export function hintAtMissingLinks(
	context: IExecuteFunctions,
	items: readonly INodeExecutionData[],
): void {
	const reasons = items.flatMap(({ json }) => missingLinkIn(json));
	for (const reason of new Set(reasons)) {
		const message = `There is no public link to the video. ${reason}`;
		context.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
	}
}

function missingLinkIn({ public_url_failure: failure }: IDataObject): string[] {
	return isRecord(failure) && typeof failure.message === 'string' ? [failure.message] : [];
}
