/** What goes over the control endpoints, as both sides see it. Times are epoch ms. */

export const MODELS = ['happy-horse-1', 'happy-horse-1-1'] as const;
export const STATUSES = ['CREATED', 'IN_PROGRESS', 'COMPLETED', 'FAILED'] as const;

export type Model = (typeof MODELS)[number];
export type Status = (typeof STATUSES)[number];
export type VideoQuality = 'true' | 'small';

/** Settings that can be changed while the sandbox runs. */
export interface SandboxSettings {
	/** 60 makes a minute last a second */
	speed: number;
	/** seconds from CREATED to the final status, before division by `speed` */
	taskSeconds: number;
	/** repeats of a final callback that was not answered with 2xx */
	callbackRetries: number;
	/** how far the timestamps of callbacks are ahead of this computer's clock; below 0 = behind */
	clockSkewSeconds: number;
	/** real seconds by which list and get are late to show a new status; callbacks are not */
	readLagSeconds: number;
	/** requests to /v1 that an API key may send within any 60 real seconds; 0 = no limit */
	requestsPerMinute: number;
	/** what is told of the limit: only `retry-after` on 429, or `x-ratelimit-*` on every answer too */
	limitHeaders: 'none' | 'retryAfter' | 'all';
	/** real seconds a result URL stays valid; 0 = already expired */
	resultSeconds: number;
	/** real seconds an upload URL, and an asset URL, stays valid */
	uploadSeconds: number;
	assetSeconds: number;
	/** 'small' encodes tiny clips: for load tests */
	videoQuality: VideoQuality;
	/** the two shapes of a problem+json answer that the vendor documents */
	problemForm: 'nested' | 'flat';
	/** also accept the `x-freepik-api-key` header */
	legacy: boolean;
}

/** The kinds of request that a rule can be set on. */
export type RequestKind =
	| 'create'
	| 'list'
	| 'get'
	| 'loras'
	| 'upload'
	| 'uploads'
	| 'put'
	| 'asset'
	| 'result';

/** `image-to-video` = create, list and get. */
export type RuleTarget = RequestKind | 'image-to-video' | 'any';

export type CallbackMode = 'lost' | 'doubled' | 'early' | 'shuffled' | 'forged' | 'unsigned';
export type CallbackForm = 'signed' | 'forged' | 'unsigned' | 'wrapped';

/** What a rule does; several may be given in one rule. */
export interface RuleEffect {
	/** answer this and do not process the request */
	answer?: {
		status: number;
		body?: unknown;
		headers?: Record<string, string>;
		contentType?: string;
	};
	/** wait before anything else happens */
	delayMs?: number;
	/** cut the connection: before the request is processed, or after it but without an answer */
	reset?: 'before' | 'afterProcessing';
	/** answer with a redirect (307 unless `status` is given) and do not process the request */
	redirectTo?: string;
	status?: number;
	/** process, announce the full length, send only this many bytes of the body, then cut */
	cutAfterBytes?: number;
	/** process, then answer 200 with something that is not JSON */
	brokenJson?: boolean;
	/** process, then answer without `task_id` */
	withoutTaskId?: boolean;
	/** on 'create': how the new task ends */
	outcome?: 'COMPLETED' | 'FAILED' | 'COMPLETED_EMPTY';
	/** on 'create': merged into the body of the failed task, e.g. `{ error: 'bad image' }` */
	failure?: Record<string, unknown>;
	/** on 'create': the new task's own run time in seconds */
	seconds?: number;
	/** on 'create': the new task stays CREATED until `advance` */
	hold?: boolean;
	/** on 'create': what happens to the callbacks of the new task */
	callbacks?: CallbackMode;
}

export interface SandboxRule {
	on: RuleTarget;
	where?: { prompt?: string; imageUrl?: string; taskId?: string };
	/** how often the rule applies; without it: always */
	times?: number;
	/** from then on (epoch ms) the rule no longer applies */
	untilMs?: number;
	do: RuleEffect;
}

/** One POST to a create route, as it arrived. */
export interface SandboxPost {
	at: number;
	/** what was answered; 0 = the connection was cut or is still open */
	status: number;
	/** the task it made, if it made one */
	taskId: string | null;
	model: Model;
	/** the JSON value, or the text when it was not JSON */
	body: unknown;
	rawBody: string;
	prompt: string | null;
	imageUrl: string | null;
	/** name of the header that brought the API key */
	keyHeader: string | null;
}

export interface SandboxRequest {
	at: number;
	method: string;
	/** with query string */
	path: string;
	/** 0 = the connection was cut or is still open */
	status: number;
	/** true when one of the two API key headers came along */
	hadKey: boolean;
	/** true for the sandbox's own fetch of an image */
	bySandbox: boolean;
}

export interface SandboxTask {
	taskId: string;
	model: Model;
	status: Status;
	createdAt: number;
	prompt: string | null;
	imageUrl: string | null;
	webhookUrl: string | null;
	resolution: '720P' | '1080P';
	duration: number;
	seed: number | null;
	held: boolean;
	outcome: 'COMPLETED' | 'FAILED' | 'COMPLETED_EMPTY';
	/** a freshly signed URL; empty unless there is a video */
	generated: string[];
}

/** One attempt to deliver a callback. */
export interface SandboxCallback {
	at: number;
	taskId: string;
	status: Status;
	url: string;
	webhookId: string;
	answerStatus?: number;
	/** first 500 characters */
	answerBody?: string;
	error?: string;
}

export interface SandboxUpload {
	fileId: string;
	contentType: string;
	/** null until the file was PUT */
	sizeBytes: number | null;
	createdAt: number;
}

export interface SandboxState {
	now: number;
	settings: SandboxSettings;
	posts: SandboxPost[];
	/** number of POSTs by `image_url`, refused ones included */
	postsPerImage: Record<string, number>;
	/** number of tasks made by `image_url` */
	acceptedPerImage: Record<string, number>;
	/** POSTs that made a task */
	acceptedPosts: number;
	requests: SandboxRequest[];
	tasks: SandboxTask[];
	callbacks: SandboxCallback[];
	uploads: SandboxUpload[];
	rules: SandboxRule[];
}

/** An extra callback, sent at once; `times` copies have ids of their own unless `sameId`. */
export interface ExtraCallback {
	status?: Status;
	times?: number;
	form?: CallbackForm;
	sameId?: boolean;
	/** makes the timestamp this many seconds older */
	ageSeconds?: number;
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
