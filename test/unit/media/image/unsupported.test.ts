import { otherFormat } from '../../../../nodes/HappyHorse/media/image/unsupported';
import { be, file, text } from './handmade';

const box = (brand: string) => [...be(4, 28), ...text(`ftyp${brand}`)];

const named: Array<[string, string, number[]]> = [
	['GIF', 'GIF87a', text('GIF87a')],
	['GIF', 'GIF89a', text('GIF89a')],
	['TIFF', 'little-endian', [0x49, 0x49, 0x2a, 0x00]],
	['TIFF', 'big-endian', [0x4d, 0x4d, 0x00, 0x2a]],
	['AVIF', 'still', box('avif')],
	['AVIF', 'sequence', box('avis')],
	['HEIC', 'still', box('heic')],
	['HEIC', 'extended', box('heix')],
	['HEIC', 'sequence', box('hevc')],
	['HEIC', 'HEIF', box('mif1')],
	['PDF', '1.7', text('%PDF-1.7')],
	['SVG', 'plain', text('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')],
];

it.each(named)('names %s, %s, and measures nothing', (type, _, bytes) => {
	expect(otherFormat(file(bytes))).toEqual({ kind: 'unsupported', type });
	expect(otherFormat(file(bytes, be(4, 1)))).toEqual({ kind: 'unsupported', type });
});

it.each(named)('waits for the signature of %s, %s', (type, _, bytes) => {
	for (const [length] of bytes.entries()) {
		const finding = otherFormat(file(bytes).subarray(0, length));
		if (finding?.kind === 'need-more') expect(finding.bytes).toBeGreaterThan(length);
		else expect(finding).toEqual({ kind: 'unsupported', type });
	}
});

it.each([
	['GI', 4],
	['II', 4],
	// It may still turn out to be a box, whose name comes later.
	['%P', 12],
	['<sv', 12],
	['0000ft', 12],
	['0000ftyphe', 11],
	['0000ftypavi', 12],
	['0000ftypmif', 12],
])('after "%s" it asks for %d bytes', (bytes, asked) => {
	expect(otherFormat(file(text(bytes)))).toEqual({ kind: 'need-more', bytes: asked });
});

it.each([
	['a web page', '<!doctype html><html><svg></svg></html>'],
	['an older web page', '<html><head></head></html>'],
	['XML', '<?xml version="1.0"?>'],
	['a video', '0000ftypisom0000'],
	['an error in JSON', '{"message":"not found"}'],
	['text', 'Gift and Pdf and MMMM and IIII'],
])('has no name for %s', (_, content) => {
	expect(otherFormat(file(text(content)))).toBeUndefined();
});
