import type { ExecutionView, Item } from '../../../../sandbox/n8n/execution';
import { itemsOf } from '../../../../sandbox/n8n/execution';
import type { Example } from './example';
import { workingNodes } from './example';
import type { Reference } from './expressions';
import { codeIn, referencesIn } from './expressions';
import { arrowsOf } from './graph';

/** Expressions that found nothing in any item of these runs, in words. */
export function unreadReferences(example: Example, runs: readonly ExecutionView[]): string[] {
	const arrows = arrowsOf(example).filter(({ type }) => type === 'main');
	const outputOf = (name: string, output: number) =>
		runs.flatMap((run) =>
			(run.runData[name] ?? []).flatMap((_, index) => itemsOf(run, name, { run: index, output })),
		);
	const arrivedAt = (name: string) =>
		arrows.filter(({ to }) => to === name).flatMap(({ from, output }) => outputOf(from, output));

	return workingNodes(example).flatMap(({ name, parameters }) => {
		const arrived = arrivedAt(name);
		const references = codeIn(parameters).flatMap(referencesIn);
		const needed = references.filter(({ optional, path }) => !optional && path.length > 0);
		if (needed.length > 0 && arrived.length === 0) return [`"${name}" was never reached`];
		return needed
			.filter((reference) => {
				const items = reference.node === undefined ? arrived : outputOf(reference.node, 0);
				return !items.some((item) => valueOf(item, reference) !== undefined);
			})
			.map(({ node, kind, path }) => `"${name}" reads ${node ?? ''} ${kind}.${path.join('.')}`);
	});
}

function valueOf(item: Item, { kind, path }: Reference): unknown {
	return path.reduce<unknown>((value, key) => {
		return typeof value === 'object' && value !== null
			? (value as Record<string, unknown>)[key]
			: undefined;
	}, item[kind]);
}
