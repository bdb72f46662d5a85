import { planOf, RESOURCES, WAYS } from '../../soak/plan';
import { rulesFor } from '../../soak/rules';

const options = { seed: 1, minutes: 120, sandboxUrl: 'http://127.0.0.1:4010', queue: true };

const namesIn = ({ runs, outages }: ReturnType<typeof planOf>) =>
	[...runs, ...outages.map(({ batch }) => batch)].flatMap(({ items }) =>
		items.map(({ name }) => name),
	);

describe('planOf', () => {
	it('is the same for the same seed, and another for another', () => {
		expect(planOf(options)).toEqual(planOf(options));
		expect(planOf({ ...options, seed: 2 })).not.toEqual(planOf(options));
	});

	it('starts three executions a minute of 1 to 20 items, of each resource and in each way', () => {
		const { runs } = planOf(options);
		expect(runs).toHaveLength(360);
		const amounts = runs.map(({ items }) => items.length);
		expect([Math.min(...amounts), Math.max(...amounts)]).toEqual([1, 20]);
		expect(new Set(runs.map(({ resource }) => resource))).toEqual(new Set(RESOURCES));
		expect(new Set(runs.map(({ way }) => way))).toEqual(new Set(WAYS));
	});

	it('gives each item a name of its own', () => {
		const names = namesIn(planOf(options));
		expect(new Set(names).size).toBe(names.length);
	});

	it.each(['lost', 'doubled', 'late'])('has about 5 %% of the webhooks %s', (mark) => {
		const names = namesIn(planOf(options));
		const share = names.filter((name) => name.includes(`[${mark}]`)).length / names.length;
		expect(share).toBeGreaterThan(0.035);
		expect(share).toBeLessThan(0.065);
	});

	it('stops n8n twice and kills it twice, and kills a worker only where there is one', () => {
		const kinds = (queue: boolean) => planOf({ ...options, queue }).outages.map(({ kind }) => kind);
		expect(kinds(true)).toEqual(['stop', 'killWorker', 'kill', 'stop', 'kill']);
		expect(kinds(false)).toEqual(['stop', 'kill', 'stop', 'kill']);
	});

	it('has a rule for the length of each video', () => {
		const plan = planOf(options);
		expect(plan.seconds[0]).toBe(20);
		expect(plan.seconds.at(-1)).toBe(180);
		const rules = rulesFor(plan.seconds);
		for (const name of namesIn(plan)) {
			const fitting = rules.filter((rule) => name.includes(rule.where!.prompt!));
			expect(fitting.filter((rule) => rule.do.seconds !== undefined)).toHaveLength(1);
		}
	});
});
