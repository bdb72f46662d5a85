import { imageType } from '../../../nodes/HappyHorse/media/uploadType';

it.each([
	['89504e470d0a1a0a0000000d49484452', 'image/png'],
	['ffd8ffe000104a46', 'image/jpeg'],
	['52494646aabbccdd57454250565038', 'image/webp'],
	['424d3600', 'bmp'],
	['474946383961', null],
	['52494646aabbccdd41564920', null],
	['00000000aabbccdd57454250', null],
	['00d8ffe000104a46', null],
	['89504e470d0a1a', null],
	['3c68746d6c3e', null],
	['ff', null],
	['', null],
])('%s is %p', (hex, wanted) => {
	expect(imageType(Buffer.from(hex, 'hex'))).toBe(wanted);
});
