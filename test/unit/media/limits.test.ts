import type { ImageLimits } from '../../../nodes/HappyHorse/media/limits';
import {
	describeImageLimits,
	fileSizeProblem,
	formatsOf,
	imageSizeProblem,
} from '../../../nodes/HappyHorse/media/limits';

const LIMITS: ImageLimits = {
	kind: 'image',
	types: ['jpeg', 'png', 'webp', 'bmp'],
	minSide: 300,
	maxRatio: [5, 2],
	maxMegabytes: 10,
};

it.each([
	[300, 300, null],
	[301, 301, null],
	[300, 750, null],
	[300, 749, null],
	[1000, 2500, null],
	[400, 1000, null],
	[16384, 6554, null],
	[299, 300, 'The image is too small: 299x300 pixels (minimum 300 pixels per side)'],
	[299, 299, 'The image is too small: 299x299 pixels (minimum 300 pixels per side)'],
	[1, 1, 'The image is too small: 1x1 pixels (minimum 300 pixels per side)'],
	[640, 200, 'The image is too small: 640x200 pixels (minimum 300 pixels per side)'],
	[1000, 299, 'The image is too small: 1000x299 pixels (minimum 300 pixels per side)'],
	[
		751,
		300,
		'The image is too wide: 751x300 pixels (the longer side may be at most 2.5 times the shorter)',
	],
	[
		2501,
		1000,
		'The image is too wide: 2501x1000 pixels (the longer side may be at most 2.5 times the shorter)',
	],
	[
		1001,
		400,
		'The image is too wide: 1001x400 pixels (the longer side may be at most 2.5 times the shorter)',
	],
	[
		16384,
		6553,
		'The image is too wide: 16384x6553 pixels (the longer side may be at most 2.5 times the shorter)',
	],
	[
		2147483647,
		300,
		'The image is too wide: 2147483647x300 pixels (the longer side may be at most 2.5 times the shorter)',
	],
])('%d x %d, lying and standing: %p', (width, height, fault) => {
	expect(imageSizeProblem({ width, height }, LIMITS)).toBe(fault);
	const turned =
		fault?.replace(`${width}x${height}`, `${height}x${width}`).replace('wide', 'tall') ?? null;
	expect(imageSizeProblem({ width: height, height: width }, LIMITS)).toBe(turned);
});

it.each([
	[0, null],
	[10_000_001, null],
	[10_485_760, null],
	// Never "10.0 MB (maximum 10 MB)".
	[10_485_761, 'The file is too large: 10.1 MB (maximum 10 MB)'],
	[10_590_618, 'The file is too large: 10.2 MB (maximum 10 MB)'],
	[11 * 1024 * 1024, 'The file is too large: 11.0 MB (maximum 10 MB)'],
	[25.5 * 1024 * 1024, 'The file is too large: 25.5 MB (maximum 10 MB)'],
])('%d bytes: %p', (bytes, fault) => {
	expect(fileSizeProblem(bytes, LIMITS)).toBe(fault);
});

it('says in words what it checks', () => {
	expect(describeImageLimits(LIMITS)).toBe(
		'JPEG, PNG, WebP or BMP: at least 300 pixels on each side, at most 10 MB, the longer side at most 2.5 times the shorter',
	);
	expect(
		describeImageLimits({ kind: 'image', types: ['jpeg', 'bmp', 'png'], maxMegabytes: 3 }, ['bmp']),
	).toBe('JPEG or PNG: at most 3 MB');
	const recommended: ImageLimits = {
		kind: 'image',
		types: ['png', 'webp'],
		recommendedSide: 400,
		maxMegabytes: 1,
	};
	expect(describeImageLimits(recommended)).toBe(
		'PNG or WebP: at most 1 MB, best with 400 pixels or more on the shorter side',
	);
	expect(formatsOf(['jpeg', 'png', 'webp'])).toBe('JPEG, PNG or WebP');
});

it.each([
	[1, 1],
	[1, 5000],
])('has nothing to say of %d x %d where nothing is limited', (width, height) => {
	const none: ImageLimits = { kind: 'image', types: ['png'], maxMegabytes: 10 };
	expect(imageSizeProblem({ width, height }, none)).toBeNull();
});
