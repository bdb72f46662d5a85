import { Turns } from '../../../../nodes/HappyHorse/lifecycle/memory/turns';

describe('turns', () => {
	it('let nothing begin before the work in front has ended', async () => {
		const turns = new Turns();
		const seen: string[] = [];
		const work = (name: string, ms: number) => async () => {
			seen.push(`${name} begins`);
			await new Promise((resolve) => setTimeout(resolve, ms));
			seen.push(`${name} ends`);
			return name;
		};
		const results = [turns.take(work('a', 20)), turns.take(work('b', 1)), turns.take(work('c', 5))];
		expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
		expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
	});

	it('go on after work that failed, whose error goes to the one who wanted it', async () => {
		const turns = new Turns();
		const failing = turns.take(async () => await Promise.reject(new Error('no room')));
		const next = turns.take(async () => await Promise.resolve('next'));
		await expect(failing).rejects.toThrow('no room');
		expect(await next).toBe('next');
	});
});
