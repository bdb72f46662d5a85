import { leadsTo } from './node';
import { HAPPY_HORSE, ITEMS } from './workflow';

interface Workflow {
	path: string;
	nodes: object[];
	connections: Record<string, unknown>;
}

/** The same workflow with one more node in front of ours. */
export function between<W extends Workflow>(workflow: W, added: { name: string }): W {
	return {
		...workflow,
		nodes: [...workflow.nodes, added],
		connections: {
			...workflow.connections,
			[ITEMS]: leadsTo(added.name),
			[added.name]: leadsTo(HAPPY_HORSE),
		},
	};
}
