import { parseFlatted } from '../../../../sandbox/n8n/flatted';

describe('execution data in flatted JSON', () => {
	it.each([
		['a nested object', '[{"a":"1","n":3},{"b":"2"},"text"]', { a: { b: 'text' }, n: 3 }],
		['an array of strings', '[["1","2","1"],"x","y"]', ['x', 'y', 'x']],
		['a string that looks like a number', '[{"port":"1"},"2",{"never":"1"}]', { port: '2' }],
		['null, booleans and numbers', '[{"a":null,"b":true,"c":0}]', { a: null, b: true, c: 0 }],
		['a bare string', '["only"]', 'only'],
	])('reads %s', (_what, text, value) => {
		expect(parseFlatted(text)).toEqual(value);
	});

	it('shares one object between two places, and closes circles', () => {
		const root = parseFlatted('[{"left":"1","right":"1","self":"0"},{"v":1}]') as {
			left: object;
			right: object;
			self: object;
		};
		expect(root.left).toBe(root.right);
		expect(root.self).toBe(root);
	});

	it('keeps a key named __proto__ from changing the prototype of the result', () => {
		const root = parseFlatted('[{"__proto__":"1"},{"polluted":true}]') as Record<string, unknown>;
		expect(root.polluted).toBeUndefined();
	});

	it('rejects what is not flatted', () => {
		expect(() => parseFlatted('{"a":1}')).toThrow('not an array');
	});
});
