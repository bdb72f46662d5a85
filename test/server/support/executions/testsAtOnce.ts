/**
 * Tests that do little but wait, all at the same time: each needs an API of its own. All of them begin before the first is
 * reported, also where one is chosen by its name; each fails by itself.
 */
export function testsAtOnce(tests: Record<string, () => Promise<void>>): void {
	const results = new Map<string, Promise<{ error?: unknown }>>();

	beforeAll(() => {
		for (const [name, test] of Object.entries(tests)) {
			const passed = () => ({});
			const failed = (error: unknown) => ({ error });
			results.set(name, test().then(passed, failed));
		}
	});

	it.each(Object.keys(tests))('%s', async (name) => {
		const result = await results.get(name);
		if (result === undefined) throw new Error(`"${name}" was not started`);
		if ('error' in result) throw result.error;
	});
}
