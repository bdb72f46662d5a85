import type { INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { typedError } from '../output/nodeError';

/** An item that cannot be created, found before anything is paid for. */
export interface BadItem {
	/** Index of the input item. */
	item: number;
	error: unknown;
}

const MOST_PROBLEMS = 5;

const MOST_ITEMS = 10;

const LONGEST_PROBLEM = 150;

/**
 * n8n's error for the first of some bad items, which names the others, too, so that users correct all of them at once.
 * Items are numbered as n8n does it, from 0.
 */
export function errorOfAll(
	node: INode,
	badItems: readonly BadItem[],
): NodeApiError | NodeOperationError | undefined {
	const sorted = [...badItems].sort((a, b) => a.item - b.item);
	const [first, ...others] = sorted.map(({ item, error }) => typedError(node, error, { item }));
	if (first === undefined || others.length === 0) return first;
	const itemsByProblem = new Map<string, number[]>();
	for (const [index, { message }] of [first, ...others].entries()) {
		const items = itemsByProblem.get(message) ?? [];
		items.push(sorted[index]!.item);
		itemsByProblem.set(message, items);
	}
	const problems = [...itemsByProblem].map(
		([message, items]) => `${itemsText(items)}: ${shortened(message)}`,
	);
	first.message += ` (and ${others.length} more ${others.length === 1 ? 'item has' : 'items have'} a problem)`;
	first.description =
		`${first.description ?? ''} All problems: ${listed(problems, MOST_PROBLEMS, '; ')}.`.trim();
	return first;
}

function itemsText(items: number[]): string {
	return `${items.length === 1 ? 'item' : 'items'} ${listed(items, MOST_ITEMS, ', ')}`;
}

function listed(entries: ReadonlyArray<string | number>, most: number, separator: string): string {
	const rest = entries.length - most;
	const named = entries.slice(0, most).join(separator);
	return rest > 0 ? `${named}${separator}and ${rest} more` : named;
}

function shortened(message: string): string {
	return message.length > LONGEST_PROBLEM ? `${message.slice(0, LONGEST_PROBLEM)}…` : message;
}
