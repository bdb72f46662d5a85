import type { EndpointName } from './endpoints';
import type { SandboxRule, WebhookForm } from './ruleTypes';
import type { SandboxSettings } from './settingTypes';

/** What goes over the control endpoints, as both sides see it. Times are epoch ms. */
export type * from './ruleTypes';
export type * from './settingTypes';
export type { EndpointName } from './endpoints';

export const MODELS = ['happy-horse-1', 'happy-horse-1-1'] as const;
export const STATUSES = ['CREATED', 'IN_PROGRESS', 'COMPLETED', 'FAILED'] as const;

export type Model = (typeof MODELS)[number];
/** The first half of an endpoint, such as `image-to-video`. */
export type Mode = EndpointName extends `${infer First}/${string}` ? First : never;
export type Status = (typeof STATUSES)[number];

/** One POST to a create route, as it arrived. */
export interface SandboxPost {
	at: number;
	/** status of the response; 0 = the connection was cut or is still open */
	status: number;
	/** the task it made, if it made one */
	taskId: string | null;
	/** such as `image-to-video/happy-horse-1` */
	endpoint: EndpointName;
	model: Model;
	/** the JSON value, or the text when it was not JSON */
	body: unknown;
	rawBody: string;
	prompt: string | null;
	/** `image_url` */
	imageUrl: string | null;
	/** the URLs of all its files, in the order in which the video shows them */
	fileUrls: string[];
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
	/** true for the sandbox's own fetch of a file */
	bySandbox: boolean;
}

export interface SandboxTask {
	taskId: string;
	endpoint: EndpointName;
	model: Model;
	status: Status;
	createdAt: number;
	prompt: string | null;
	/** `image_url` */
	imageUrl: string | null;
	/** the URLs of all its files, in the order in which the video shows them */
	fileUrls: string[];
	webhookUrl: string | null;
	resolution: '720P' | '1080P';
	/** seconds of the video */
	duration: number;
	seed: number | null;
	held: boolean;
	outcome: 'COMPLETED' | 'FAILED' | 'COMPLETED_EMPTY';
	/** a freshly signed URL; empty unless there is a video */
	generated: string[];
}

/** One attempt to send a webhook. */
export interface SandboxWebhook {
	at: number;
	taskId: string;
	status: Status;
	url: string;
	webhookId: string;
	responseStatus?: number;
	/** first 500 characters */
	responseBody?: string;
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
	/** number of POSTs by the URL of a file in them, rejected ones included */
	postsPerImage: Record<string, number>;
	/** number of tasks made by the URL of a file */
	acceptedPerImage: Record<string, number>;
	/** number of tasks made by prompt */
	acceptedPerPrompt: Record<string, number>;
	/** number of tasks made by endpoint */
	acceptedPerEndpoint: Partial<Record<EndpointName, number>>;
	/** POSTs that made a task */
	acceptedPosts: number;
	requests: SandboxRequest[];
	tasks: SandboxTask[];
	webhooks: SandboxWebhook[];
	uploads: SandboxUpload[];
	rules: SandboxRule[];
}

/** An extra webhook, sent at once; `times` copies have ids of their own unless `sameId`. */
export interface ExtraWebhook {
	status?: Status;
	times?: number;
	form?: WebhookForm;
	sameId?: boolean;
	/** makes the timestamp this many seconds older */
	ageSeconds?: number;
}
