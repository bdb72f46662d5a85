import type { CpuProfile } from '../../bench/rig/cpuShares';
import { cpuShares } from '../../bench/rig/cpuShares';

const OWNERS = [
	{ name: 'ours', script: /our-package\// },
	{ name: 'database', script: /\/typeorm\// },
];

/** A profile of one stack, from the outermost function to the innermost, and how long each was at the top of it. */
function profileOf(...stack: Array<[functionName: string, url: string, ms: number]>): CpuProfile {
	return {
		nodes: stack.map(([functionName, url], id) => ({
			...{ id, callFrame: { functionName, url } },
			...(id + 1 < stack.length ? { children: [id + 1] } : {}),
		})),
		samples: [...stack.keys(), 0],
		timeDeltas: [0, ...stack.map(([, , ms]) => ms * 1000)],
	};
}

it('is the time until the next sample, by the owner of the script', () => {
	const profile = profileOf(['(root)', '', 0], ['query', 'file:///x/typeorm/q.js', 5]);
	expect(cpuShares(profile, OWNERS)).toMatchObject({ ours: 0, database: 5, rest: 0 });
});

it('counts what the code of an owner runs in turn for the first owner in the list', () => {
	const profile = profileOf(
		['(root)', '', 0],
		['query', '/typeorm/q.js', 1],
		['handle', '/our-package/work.js', 2],
		['query', '/typeorm/q.js', 4],
		['parse', '', 8],
	);
	expect(cpuShares(profile, OWNERS)).toMatchObject({ ours: 14, database: 1, rest: 0 });
});

it('keeps the garbage collector apart, puts what has no owner into the rest, and leaves out waiting', () => {
	const profile: CpuProfile = {
		nodes: [
			{ id: 1, callFrame: { functionName: '(root)', url: '' }, children: [2, 3, 4, 5] },
			{ id: 2, callFrame: { functionName: '(idle)', url: '' } },
			{ id: 3, callFrame: { functionName: '(garbage collector)', url: '' } },
			{ id: 4, callFrame: { functionName: '(program)', url: '' } },
			{ id: 5, callFrame: { functionName: 'listen', url: '/n8n/server.js' } },
		],
		samples: [2, 3, 4, 5, 2],
		timeDeltas: [0, 100_000, 2000, 3000, 4000],
	};
	expect(cpuShares(profile, OWNERS)).toEqual({
		...{ ours: 0, database: 0 },
		'garbage collector': 2,
		rest: 7,
	});
});
