import { parseJson } from '../../../nodes/HappyHorse/http/json';

it('reads JSON as it is', () => {
	const value = { a: [1, 'two', null, true, { b: {} }], '': 0, constructor: 'x', proto: 'y' };
	expect(parseJson(JSON.stringify(value))).toEqual(value);
});

it.each([
	'{"__proto__":{"paid":true},"a":1}',
	'{"a":1,"__proto__":null}',
	'{"\\u005f_proto__":{"paid":true},"a":1}',
])('leaves out the name that would change what an object is: %s', (text) => {
	const copy = Object.assign({}, parseJson(text)) as { paid?: boolean };
	expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
	expect(copy).toEqual({ a: 1 });
	expect(copy.paid).toBeUndefined();
});

it('looks into lists and objects for it', () => {
	const read = parseJson('[{"a":{"__proto__":{"paid":true},"b":2}}]');
	expect(JSON.stringify(read)).toBe('[{"a":{"b":2}}]');
});

it.each(['', '{', "{'a':1}", 'undefined', '['.repeat(100_000)])(
	'gives nothing for what is no JSON: %#',
	(text) => {
		expect(parseJson(text)).toBeUndefined();
	},
);
