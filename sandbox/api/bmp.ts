/** Pixels of an image, row by row from the top, three bytes each. */
export interface Pixels {
	width: number;
	height: number;
	rgb: Buffer;
}

const HEADER_BYTES = 54;

/** True when the bytes begin like a BMP file. */
export function isBmp(bytes: Buffer): boolean {
	return bytes.length >= HEADER_BYTES && bytes.toString('latin1', 0, 2) === 'BM';
}

/** Decodes an uncompressed BMP of 24 or 32 bits, which sharp cannot read. Throws on others. */
export function decodeBmp(bytes: Buffer): Pixels {
	const start = bytes.readUInt32LE(10);
	const width = bytes.readInt32LE(18);
	const signedHeight = bytes.readInt32LE(22);
	const bits = bytes.readUInt16LE(28);
	const compression = bytes.readUInt32LE(30);
	const height = Math.abs(signedHeight);
	if (![24, 32].includes(bits) || ![0, 3].includes(compression)) {
		throw new Error(`a BMP with ${bits} bits and compression ${compression} is not supported`);
	}
	const step = bits / 8;
	const stride = Math.ceil((width * step) / 4) * 4;
	if (width < 1 || height < 1 || start + stride * height > bytes.length) {
		throw new Error('the BMP file is cut off');
	}
	const rgb = Buffer.alloc(width * height * 3);
	for (let y = 0; y < height; y++) {
		// A positive height means that the rows are stored from the bottom up.
		const row = start + stride * (signedHeight > 0 ? height - 1 - y : y);
		for (let x = 0; x < width; x++) {
			const from = row + x * step;
			const to = (y * width + x) * 3;
			rgb[to] = bytes[from + 2] ?? 0;
			rgb[to + 1] = bytes[from + 1] ?? 0;
			rgb[to + 2] = bytes[from] ?? 0;
		}
	}
	return { width, height, rgb };
}

/** Writes a 24-bit BMP. */
export function encodeBmp({ width, height, rgb }: Pixels): Buffer {
	const stride = Math.ceil((width * 3) / 4) * 4;
	const bytes = Buffer.alloc(HEADER_BYTES + stride * height);
	bytes.write('BM', 0, 'latin1');
	bytes.writeUInt32LE(bytes.length, 2);
	bytes.writeUInt32LE(HEADER_BYTES, 10);
	bytes.writeUInt32LE(40, 14);
	bytes.writeInt32LE(width, 18);
	bytes.writeInt32LE(height, 22);
	bytes.writeUInt16LE(1, 26);
	bytes.writeUInt16LE(24, 28);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const from = (y * width + x) * 3;
			const to = HEADER_BYTES + stride * (height - 1 - y) + x * 3;
			bytes[to] = rgb[from + 2] ?? 0;
			bytes[to + 1] = rgb[from + 1] ?? 0;
			bytes[to + 2] = rgb[from] ?? 0;
		}
	}
	return bytes;
}
