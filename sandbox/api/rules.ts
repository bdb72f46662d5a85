import type { EndpointName, RequestKind, RuleEffect, RuleTarget, SandboxRule } from './wire';

/** What a request is about, as far as it can be known before it is processed. */
export interface Subject {
	kind: RequestKind;
	endpoint?: EndpointName | undefined;
	prompt?: string | null;
	fileUrls?: readonly string[];
	taskId?: string | null;
}

/** The list of misbehaviours, in order; the earliest rule that fits wins. */
export class RuleBook {
	private rules: SandboxRule[] = [];

	add(rules: readonly SandboxRule[]): void {
		this.rules.push(...rules.map((rule) => ({ ...rule })));
	}

	clear(): void {
		this.rules = [];
	}

	list(): SandboxRule[] {
		return this.rules;
	}

	/**
	 * Uses up what applies to one request. A rule that keeps the request from being processed
	 * applies alone; otherwise all rules that do different things apply together.
	 */
	take(subject: Subject): RuleEffect {
		const fitting = this.rules.filter((rule) => !isOver(rule) && fits(rule, subject));
		const stopping = fitting.find((rule) => stops(rule.do));
		const effect: RuleEffect = {};
		for (const rule of stopping === undefined ? fitting : [stopping]) {
			if (Object.keys(rule.do).some((name) => name in effect)) continue;
			Object.assign(effect, rule.do);
			if (rule.times !== undefined) rule.times -= 1;
		}
		return effect;
	}
}

/** True when the rule has done what it was meant to do. */
function isOver({ times, untilMs = Infinity }: SandboxRule): boolean {
	return times === 0 || Date.now() >= untilMs;
}

/** True when the request is not processed at all. */
export function stops(effect: RuleEffect): boolean {
	return (
		effect.response !== undefined || effect.redirectTo !== undefined || effect.reset === 'before'
	);
}

function fits({ on, where = {} }: SandboxRule, subject: Subject): boolean {
	const { taskId, endpoint, prompt = '', imageUrl } = where;
	if (!targets(on, subject)) return false;
	if (taskId !== undefined && taskId !== subject.taskId) return false;
	if (endpoint !== undefined && endpoint !== subject.endpoint) return false;
	if (!(subject.prompt ?? '').includes(prompt)) return false;
	return imageUrl === undefined || (subject.fileUrls ?? []).some((url) => url.includes(imageUrl));
}

function targets(on: RuleTarget, { kind, endpoint }: Subject): boolean {
	if (on === 'any' || on === kind) return true;
	return ['create', 'list', 'get'].includes(kind) && on === endpoint?.split('/')[0];
}
