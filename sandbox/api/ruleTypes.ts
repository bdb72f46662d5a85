import type { EndpointName } from './endpoints';
import type { Mode } from './wire';

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

/** A mode such as `image-to-video` means create, list and get of its endpoints. */
export type RuleTarget = RequestKind | Mode | 'any';

export type WebhookMode = 'lost' | 'doubled' | 'early' | 'shuffled' | 'forged' | 'unsigned';
export type WebhookForm = 'signed' | 'forged' | 'unsigned' | 'wrapped';

/** What a rule does; several may be given in one rule. */
export interface RuleEffect {
	/** send this and do not process the request */
	response?: {
		status: number;
		body?: unknown;
		headers?: Record<string, string>;
		contentType?: string;
	};
	/** wait before anything else happens */
	delayMs?: number;
	/** cut the connection: before the request is processed, or after it but without a response */
	reset?: 'before' | 'afterProcessing';
	/** send a redirect (307 unless `status` is given) and do not process the request */
	redirectTo?: string;
	status?: number;
	/** process, announce the full length, send only this many bytes of the body, then cut */
	cutAfterBytes?: number;
	/** process, then send 200 with something that is not JSON */
	brokenJson?: boolean;
	/** process, then send a response without `task_id` */
	withoutTaskId?: boolean;
	/** on 'create': how the new task ends */
	outcome?: 'COMPLETED' | 'FAILED' | 'COMPLETED_EMPTY';
	/** on 'create': merged into the body of the failed task, e.g. `{ error: 'bad image' }` */
	failure?: Record<string, unknown>;
	/** on 'create': the new task's own run time in seconds */
	seconds?: number;
	/** on 'create': the new task stays CREATED until `advance` */
	hold?: boolean;
	/** on 'create': what happens to the webhooks of the new task */
	webhooks?: WebhookMode;
}

export interface SandboxRule {
	on: RuleTarget;
	/** `prompt` and `imageUrl` are parts of them; `imageUrl` may be the URL of any file of the request */
	where?: { prompt?: string; imageUrl?: string; taskId?: string; endpoint?: EndpointName };
	/** how often the rule applies; without it: always */
	times?: number;
	/** from then on (epoch ms) the rule no longer applies */
	untilMs?: number;
	do: RuleEffect;
}
