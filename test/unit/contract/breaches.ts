import { isDeepStrictEqual } from 'node:util';

import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';

import type { PublicContract } from './publicContract';
import { choicesOf, innerParameters } from './publicContract';

/**
 * In which points `today` breaks what was published. Additions are allowed; whatever a saved workflow may hold has
 * to stay, and has to mean the same.
 */
export function breaches(published: PublicContract, today: PublicContract): string[] {
	return [
		...differences('the package', published, today, ['package']),
		...published.nodes.flatMap((before) =>
			named(before, today.nodes, (now) => [
				...differences(before.name, facts(before), facts(now), Object.keys(facts(before))),
				...inAll(before.name, before.properties, now.properties),
			]),
		),
		...published.credentials.flatMap((before) =>
			named(before, today.credentials, (now) =>
				inAll(before.name, before.properties, now.properties),
			),
		),
	];
}

function named<T extends { name: string }>(
	{ name }: T,
	candidates: readonly T[],
	compare: (now: T) => string[],
): string[] {
	const now = candidates.find((candidate) => candidate.name === name);
	return now ? compare(now) : [`${name} is gone`];
}

/** Of a node, beside its parameters: what workflows are wired and addressed by. */
function facts({
	version,
	inputs,
	outputs,
	webhooks,
	credentials,
	usableAsTool,
}: INodeTypeDescription) {
	return {
		oldestVersion: Math.min(...[version].flat()),
		inputs,
		outputs,
		webhooks: webhooks?.map(({ name, httpMethod, path, isFullPath, restartWebhook }) => ({
			...{ name, httpMethod, path, isFullPath, restartWebhook },
		})),
		credentials: credentials?.map(({ name }) => name),
		usableAsTool,
	};
}

function differences(
	where: string,
	before: object,
	now: object,
	keys: readonly string[],
): string[] {
	return keys.flatMap((key) => {
		const [was, is] = [Reflect.get(before, key) as unknown, Reflect.get(now, key) as unknown];
		if (isDeepStrictEqual(was, is)) return [];
		return [`${where}: ${key} was ${JSON.stringify(was)} and is ${JSON.stringify(is)}`];
	});
}

/** One name may stand for several parameters, each shown under a condition of its own. */
const sameParameter = (one: INodeProperties, other: INodeProperties) =>
	one.name === other.name && isDeepStrictEqual(one.displayOptions, other.displayOptions);

function inAll(
	where: string,
	published: readonly INodeProperties[],
	today: readonly INodeProperties[],
): string[] {
	return published.flatMap((before) => {
		const place = [where, before.name, ...(before.displayOptions?.show?.operation ?? [])].join('.');
		const now = today.find((candidate) => sameParameter(before, candidate));
		if (!now) return [`${place} is gone, or is shown under another condition`];
		const tighter = tightened(before, now).map((what) => `${place}: ${what}`);
		const lost = choicesOf(before).filter((choice) => !choicesOf(now).includes(choice));
		return [
			...differences(place, before, now, ['type', 'default']),
			...differences(place, modesOf(before), modesOf(now), Object.keys(modesOf(before))),
			...lost.map((choice) => `${place}: ${String(choice)} cannot be chosen any more`),
			...tighter,
			...inAll(place, innerParameters(before), innerParameters(now)),
		];
	});
}

/** Ways of naming a thing in a resource locator. */
function modesOf({ modes = [] }: INodeProperties): Record<string, string> {
	return Object.fromEntries(modes.map(({ name, type }) => [name, type]));
}

/** A value that was fine has to stay fine. */
function tightened(before: INodeProperties, now: INodeProperties): string[] {
	const { minValue = -Infinity, maxValue = Infinity } = now.typeOptions ?? {};
	const demands: Array<[boolean, string]> = [
		[now.required === true && before.required !== true, 'is required now'],
		[now.noDataExpression === true && before.noDataExpression !== true, 'takes no expression now'],
		[minValue > (before.typeOptions?.minValue ?? -Infinity), `the least is ${minValue} now`],
		[maxValue < (before.typeOptions?.maxValue ?? Infinity), `the most is ${maxValue} now`],
	];
	return demands.flatMap(([holds, what]) => (holds ? [what] : []));
}
