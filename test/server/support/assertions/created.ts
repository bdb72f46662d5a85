import type { SandboxControl } from '../../../../sandbox/api/control';

/** How many tasks were created for each item; its image URL may have more parameters at the API than in the item. */
export async function createdFor(
	control: SandboxControl,
	items: ReadonlyArray<{ image: string }>,
): Promise<number[]> {
	const { tasks } = await control.state();
	return items.map(
		({ image }) =>
			tasks.filter(({ imageUrl }) => imageUrl === image || imageUrl?.startsWith(`${image}&`))
				.length,
	);
}
