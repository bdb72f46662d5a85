import assert from 'node:assert/strict';

/** No name that foreign JSON may hold has reached the prototype of anything. */
export function assertUnpolluted(...outputs: unknown[]): void {
	for (const prototype of [Object.prototype, Array.prototype, Function.prototype]) {
		const added = Object.keys(prototype);
		// What a run has added must not fail all runs after it.
		for (const name of added) Reflect.deleteProperty(prototype, name);
		assert.deepEqual(added, []);
	}
	for (const output of outputs) assertPlain(output);
}

/** All objects in it are plain ones: n8n copies items, which would turn an own `__proto__` into a prototype. */
function assertPlain(value: unknown): void {
	if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
	if (value instanceof Map) return assertPlain([...(value as Map<unknown, unknown>)]);
	const prototype: unknown = Object.getPrototypeOf(value);
	if (!(value instanceof Error)) {
		assert(
			[Object.prototype, Array.prototype, null].some((plain) => plain === prototype),
			'an object has got another prototype',
		);
	}
	assert(!Object.hasOwn(value, '__proto__'), 'an object holds __proto__');
	for (const part of Object.values(value)) assertPlain(part);
}

/** None of the secrets is in any of the texts, or in the objects as JSON. */
export function assertNoSecrets(secrets: readonly string[], ...outputs: unknown[]): void {
	for (const output of outputs) {
		const text = typeof output === 'string' ? output : (JSON.stringify(output) ?? '');
		for (const secret of secrets) assert(!text.includes(secret), `a secret is shown: ${text}`);
	}
}
