import type { Example } from './example';

/** One arrow of a workflow. */
export interface Arrow {
	from: string;
	output: number;
	to: string;
	type: string;
}

/** All arrows; those of models and tools point from the part to its agent, as n8n keeps them. */
export function arrowsOf({ connections }: Example): Arrow[] {
	return Object.entries(connections).flatMap(([from, types]) =>
		Object.entries(types).flatMap(([type, outputs]) =>
			outputs.flatMap((targets, output) =>
				(targets ?? []).map(({ node }) => ({ from, output, to: node, type })),
			),
		),
	);
}

/** The nodes that data of a node goes to, over any number of arrows. */
export function downstreamOf(name: string, arrows: readonly Arrow[]): Set<string> {
	const found = new Set<string>();
	const visit = (from: string) => {
		for (const { to } of arrows.filter((arrow) => arrow.from === from)) {
			if (found.has(to)) continue;
			found.add(to);
			visit(to);
		}
	};
	visit(name);
	return found;
}

/** The nodes whose data an expression in this node can read; a tool reads what its agent reads. */
export function upstreamOf(name: string, arrows: readonly Arrow[]): Set<string> {
	const agents = arrows.filter(({ from, type }) => from === name && type !== 'main');
	if (agents.length > 0) return new Set(agents.flatMap(({ to }) => [...upstreamOf(to, arrows)]));
	const main = arrows.filter(({ type }) => type === 'main');
	const reversed = main.map(({ from, to, ...rest }) => ({ ...rest, from: to, to: from }));
	return downstreamOf(name, reversed);
}

/** How many paths lead from one node to another; a circle counts once. */
export function pathsBetween(from: string, to: string, arrows: readonly Arrow[]): number {
	const count = (name: string, passed: readonly string[]): number => {
		if (name === to) return 1;
		if (passed.includes(name)) return 0;
		return arrows
			.filter((arrow) => arrow.from === name)
			.reduce((sum, arrow) => sum + count(arrow.to, [...passed, name]), 0);
	};
	return count(from, []);
}
