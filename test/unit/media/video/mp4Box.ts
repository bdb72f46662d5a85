import type { Movie } from 'mp4box';
import { createFile, Log, MP4BoxBuffer } from 'mp4box';

/** What mp4box reads from a whole file. */
export function mp4BoxOf(bytes: Buffer): Movie {
	// On the console, it tells of boxes in MOV files that it does not know.
	Log.error = () => {};
	const file = createFile();
	let movie: Movie | undefined;
	file.onReady = (info) => (movie = info);
	file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(Uint8Array.from(bytes).buffer, 0), true);
	file.flush();
	if (!movie) throw new Error('mp4box found no movie');
	return movie;
}
