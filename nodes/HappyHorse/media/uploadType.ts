const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** What the first bytes of a file say it is; names and declared types prove nothing. */
export function imageType(bytes: Buffer): 'image/png' | 'image/jpeg' | 'image/webp' | 'bmp' | null {
	if (PNG.every((byte, index) => bytes[index] === byte)) return 'image/png';
	if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'image/jpeg';
	const text = bytes.toString('latin1', 0, 12);
	if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'image/webp';
	return text.startsWith('BM') ? 'bmp' : null;
}
