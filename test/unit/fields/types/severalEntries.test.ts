import { namesOf, urlsOf } from '../../../../nodes/HappyHorse/fields/types/severalEntries';

const A = 'https://a.com/1.jpg';
const B = 'https://b.com/w_100,h_200/2.jpg';

describe('URLs', () => {
	it.each<[string, unknown]>([
		['lines', `${A}\n${B}`],
		['lines, some of which are blank', `\n${A}\r\n  \n${B}\n`],
		['commas', `${A},${B}`],
		['commas and blanks', `${A}, ${B}, `],
		['commas at the end', `${A},${B},,`],
		['commas and line breaks', `${A},\n${B}`],
		['JSON', JSON.stringify([A, B])],
		['a list', [A, B]],
		['a list with empty entries at its end', [` ${A}`, B, '', null, undefined]],
	])('are found in %s', (_, value) => {
		expect(urlsOf(value)).toEqual([A, B]);
	});

	it.each<[unknown, unknown[]]>([
		[
			['', A],
			['', A],
		],
		[
			[A, null, B],
			[A, null, B],
		],
		[`,${A}`, ['', A]],
		[`${A},,${B}`, [A, '', B]],
		[JSON.stringify([A, '', B]), [A, '', B]],
	])('%j keeps its empty places', (value, entries) => {
		expect(urlsOf(value)).toEqual(entries);
	});

	it.each([[''], [' \n'], [[]], [['', null]], [undefined], [',']])('are none in %j', (value) => {
		expect(urlsOf(value)).toEqual([]);
	});
});

it('finds names between commas', () => {
	expect(namesOf('front, back,')).toEqual(['front', 'back']);
	expect(namesOf('front,,back')).toEqual(['front', '', 'back']);
	expect(namesOf(' , ')).toEqual([]);
});
