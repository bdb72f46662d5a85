import { imageType, videoType } from '../../../nodes/HappyHorse/media/uploadType';

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

it.each([
	['\0\0\0\x18ftypmp42', 'video/mp4'],
	['\0\0\0\x18ftypisom', 'video/mp4'],
	['\0\0\0\x14ftypqt  ', 'video/quicktime'],
	['\0\0\0\x08wide', 'video/quicktime'],
	['\0\0\0\x08moov', 'video/quicktime'],
	['\0\0\0\x18ftypheic', null],
	['\0\0\0\x18ftypavif', null],
	['\x1aE\xdf\xa3 webm', null],
	['<!doctype html>', null],
	['', null],
])('%j is the video %p', (start, wanted) => {
	expect(videoType(Buffer.from(start, 'latin1'))).toBe(wanted);
});
