/** A CPU profile as the Chrome DevTools protocol has it: times in microseconds. */
export interface CpuProfile {
	nodes: ProfileNode[];
	/** Which node each sample was taken in, and the time from the sample before. */
	samples: number[];
	timeDeltas: number[];
}

interface ProfileNode {
	id: number;
	callFrame: { functionName: string; url: string };
	children?: number[];
}

/** What time is put down to, by its scripts. */
export interface Owner {
	name: string;
	script: RegExp;
}

const REST = 'rest';
const COLLECTOR = 'garbage collector';
/** Where V8 waits, and does nothing. */
const IDLE = new Set(['(idle)', '(root)']);

type CpuShares = Record<string, number>;

/**
 * Milliseconds of the main thread by owner, `rest` and `garbage collector`. The first owner with a script anywhere on the stack
 * is charged with all that its code runs in turn, until it waits.
 */
export function cpuShares({ nodes, samples, timeDeltas }: CpuProfile, owners: Owner[]): CpuShares {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
	const scriptsOf = (id: number | undefined): string[] =>
		id === undefined ? [] : [byId.get(id)!.callFrame.url, ...scriptsOf(parents.get(id))];
	const nameOf = (id: number): string | undefined => {
		const { functionName } = byId.get(id)!.callFrame;
		if (IDLE.has(functionName)) return undefined;
		if (functionName === '(garbage collector)') return COLLECTOR;
		const scripts = scriptsOf(id);
		return owners.find(({ script }) => scripts.some((url) => script.test(url)))?.name ?? REST;
	};
	const names = new Map(nodes.map(({ id }) => [id, nameOf(id)]));
	const shares: CpuShares = Object.fromEntries(
		[...owners.map(({ name }) => name), COLLECTOR, REST].map((name) => [name, 0]),
	);
	samples.forEach((id, index) => {
		const name = names.get(id);
		// What a sample saw lasts until the next one.
		if (name !== undefined) shares[name]! += (timeDeltas[index + 1] ?? 0) / 1000;
	});
	return shares;
}
