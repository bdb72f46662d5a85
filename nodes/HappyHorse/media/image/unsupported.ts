import type { Format, SizeResult } from './bytes';
import { ascii, matches, needMore } from './bytes';

/** Formats that people try, by their first bytes. */
const SIGNATURES: ReadonlyArray<{ type: string; at: number; bytes: number[] }> = [
	{ type: 'GIF', at: 0, bytes: ascii('GIF8') },
	{ type: 'TIFF', at: 0, bytes: [0x49, 0x49, 0x2a, 0x00] },
	{ type: 'TIFF', at: 0, bytes: [0x4d, 0x4d, 0x00, 0x2a] },
	{ type: 'AVIF', at: 4, bytes: ascii('ftypavif') },
	{ type: 'AVIF', at: 4, bytes: ascii('ftypavis') },
	{ type: 'HEIC', at: 4, bytes: ascii('ftyphei') },
	{ type: 'HEIC', at: 4, bytes: ascii('ftyphev') },
	{ type: 'HEIC', at: 4, bytes: ascii('ftypmif1') },
	{ type: 'PDF', at: 0, bytes: ascii('%PDF') },
	{ type: 'SVG', at: 0, bytes: ascii('<svg') },
];

/** Names an image that the API does not take. A web page is not named: the API may get another response at the URL. */
export const otherFormat: Format = (bytes): SizeResult | undefined => {
	const looks = SIGNATURES.map((signature) => ({
		signature,
		match: matches(bytes, signature.at, signature.bytes),
	}));
	const found = looks.find(({ match }) => match === 'yes');
	if (found) return { kind: 'unsupported', type: found.signature.type };
	const open = looks.find(({ match }) => match === 'maybe');
	return open && needMore(open.signature.at + open.signature.bytes.length);
};
