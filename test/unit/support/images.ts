const SIGNATURE = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** The beginning of a PNG file of that size in pixels, which is all that is looked at. */
export function png(width = 640, height = 480): Buffer {
	const sides = Buffer.alloc(8);
	sides.writeUInt32BE(width, 0);
	sides.writeUInt32BE(height, 4);
	return Buffer.concat([SIGNATURE, sides, Buffer.from('0802000000', 'hex')]);
}

/** A JPEG file of that size whose frame header comes after `bytesBefore` bytes of other segments, more or less. */
export function jpeg(width: number, height: number, bytesBefore = 0): Buffer {
	const segments: Buffer[] = [Buffer.from('ffd8', 'hex')];
	for (let left = bytesBefore; left > 0; left -= 60_000) {
		const segment = Buffer.alloc(60_002);
		segment.writeUInt16BE(0xffe1, 0);
		segment.writeUInt16BE(60_000, 2);
		segments.push(segment);
	}
	const frame = Buffer.from('ffc00011080000000003', 'hex');
	frame.writeUInt16BE(height, 5);
	frame.writeUInt16BE(width, 7);
	return Buffer.concat([...segments, frame, Buffer.alloc(100)]);
}
