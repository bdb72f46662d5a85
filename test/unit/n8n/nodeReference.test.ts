import { nodeReference } from '../../../nodes/HappyHorse/n8n/nodeReference';

it.each([
	['Happy Horse', '$("Happy Horse")'],
	['a "b"', '$("a \\"b\\"")'],
	['{{ x }}', '$("\\u007b\\u007b x \\u007d\\u007d")'],
])('names %s in an expression', (name, expected) => {
	expect(nodeReference(name)).toBe(expected);
});
