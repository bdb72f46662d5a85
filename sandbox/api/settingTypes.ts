export type VideoQuality = 'true' | 'small';

/** Settings that can be changed while the sandbox runs. */
export interface SandboxSettings {
	/** 60 makes a minute last a second */
	speed: number;
	/** seconds from CREATED to the final status, before division by `speed` */
	taskSeconds: number;
	/** repeats of a final webhook whose response was not 2xx */
	webhookRetries: number;
	/** how far the timestamps of webhooks are ahead of this computer's clock; below 0 = behind */
	clockSkewSeconds: number;
	/** real seconds by which list and get are late to show a new status; webhooks are not */
	readLagSeconds: number;
	/** requests to /v1 that an API key may send within any 60 real seconds; 0 = no limit */
	requestsPerMinute: number;
	/** what is told of the limit: only `retry-after` on 429, or `x-ratelimit-*` on every response too */
	limitHeaders: 'none' | 'retryAfter' | 'all';
	/** real seconds a result URL stays valid; 0 = already expired */
	resultSeconds: number;
	/** real seconds an upload URL, and an asset URL, stays valid */
	uploadSeconds: number;
	assetSeconds: number;
	/** 'small' encodes tiny clips: for load tests */
	videoQuality: VideoQuality;
	/** the two shapes of a problem+json response that the vendor documents */
	problemForm: 'nested' | 'flat';
	/** also accept the `x-freepik-api-key` header */
	legacy: boolean;
}

export interface SandboxOptions extends Partial<SandboxSettings> {
	/** 0 = a free port (the default in code; the command line has 4010) */
	port?: number;
	host?: string;
	key?: string;
	secret?: string;
	/** base of the URLs that the sandbox hands out, when it is reached by another name */
	publicUrl?: string;
}
