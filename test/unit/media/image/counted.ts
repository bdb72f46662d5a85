/** The same bytes, with a count of how many of them were read. */
export function counted(bytes: Uint8Array) {
	const count = { reads: 0 };
	const watched = new Proxy(bytes, {
		get(target, key) {
			if (typeof key === 'string' && /^\d+$/.test(key)) count.reads += 1;
			return Reflect.get(target, key, target) as unknown;
		},
	});
	return { watched, count };
}
