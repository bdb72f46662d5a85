import { readFileSync } from 'fs';
import { join } from 'path';

describe('W60: the source', () => {
	const folder = join(__dirname, '../../../nodes/HappyHorse/signature');
	const source = ['verify.ts', 'sameText.ts']
		.map((file) => readFileSync(join(folder, file), 'utf8'))
		.join('\n')
		.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');

	it('compares bytes of equal length in constant time', () => {
		const comparisons = source.split('\n').filter((line) => line.includes('timingSafeEqual('));
		expect(comparisons).toEqual([
			expect.stringMatching(/(\w+)\.length === (\w+)\.length && timingSafeEqual\(\1, \2\)/),
		]);
	});

	it('compares no signature in any other way', () => {
		const operands = [...source.matchAll(/([\w.()]+)\s*[!=]==?\s*([\w.()'"]+)/g)].flatMap(
			([, left = '', right = '']) => [left, right],
		);
		expect(operands.length).toBeGreaterThan(5);
		const suspicious = operands.filter(
			(operand) =>
				/expected|candidate|digest|mac|signature/i.test(operand) && !/\.length$/.test(operand),
		);
		expect(suspicious).toEqual([]);
		expect(source).not.toMatch(
			/(?:given|candidate|expected|signature|value|bytes)\.(?:includes|indexOf|startsWith|endsWith|localeCompare|equals)\(/,
		);
	});
});
