import { MAX_IMAGE_BYTES, sizeFault, fileSizeFault } from '../../../nodes/HappyHorse/media/limits';

it.each([
	[300, 300, null],
	[301, 301, null],
	[300, 750, null],
	[300, 749, null],
	[1000, 2500, null],
	[400, 1000, null],
	[16384, 6554, null],
	[299, 300, '299x300: each side must have at least 300 pixels'],
	[299, 299, '299x299: each side must have at least 300 pixels'],
	[1, 1, '1x1: each side must have at least 300 pixels'],
	[640, 200, '640x200: each side must have at least 300 pixels'],
	[1000, 299, '1000x299: each side must have at least 300 pixels'],
	[751, 300, '751x300: the longer side may be at most 2.5 times the shorter'],
	[2501, 1000, '2501x1000: the longer side may be at most 2.5 times the shorter'],
	[1001, 400, '1001x400: the longer side may be at most 2.5 times the shorter'],
	[16384, 6553, '16384x6553: the longer side may be at most 2.5 times the shorter'],
	[2147483647, 300, '2147483647x300: the longer side may be at most 2.5 times the shorter'],
])('%d x %d, lying and standing: %p', (width, height, fault) => {
	expect(sizeFault({ width, height })).toBe(fault);
	const turned = fault?.replace(`${width}x${height}`, `${height}x${width}`) ?? null;
	expect(sizeFault({ width: height, height: width })).toBe(turned);
});

it.each([
	[0, null],
	[10_000_001, null],
	[10_485_760, null],
	// Never "10.0 MB: at most 10 MB are allowed".
	[10_485_761, '10.1 MB: at most 10 MB are allowed'],
	[10_590_618, '10.2 MB: at most 10 MB are allowed'],
	[11 * 1024 * 1024, '11.0 MB: at most 10 MB are allowed'],
	[25.5 * 1024 * 1024, '25.5 MB: at most 10 MB are allowed'],
])('%d bytes: %p', (bytes, fault) => {
	expect(fileSizeFault(bytes)).toBe(fault);
});

it('reads 10 MB as 2^20 bytes each', () => {
	expect(MAX_IMAGE_BYTES).toBe(10_485_760);
});
