const EXTENSION = '.mp4';

/** In UTF-8, with ending and number. File systems take 255, and the next node may add something. */
const MOST_BYTES = 200;

/** A longer text is no name; the rest of it is not looked at. */
const MOST_CHARACTERS = 1000;

/** What separates folders, and what Windows allows in no name. */
const RESERVED_CHARACTERS = /[/\\<>:"|?*]/g;

/** Control and format characters, such as one that turns the text around; private and broken ones. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;

/** Names of devices on Windows, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)/i;

/** The name of a file when users give none. */
export function usualFileName(taskId: string): string {
	return `happy-horse-${taskId.replace(/[^A-Za-z0-9_-]/g, '-')}${EXTENSION}`;
}

/**
 * The name as every file system takes it: one path segment that is neither hidden nor a device, with the ending of a video.
 *
 * @returns `null` when nothing is left of it.
 */
export function safeFileName(wanted: string): string | null {
	const readable = wanted
		.slice(0, MOST_CHARACTERS)
		.replace(/\s/g, ' ')
		.replace(INVISIBLE, '')
		.replace(/ +/g, ' ')
		.replace(RESERVED_CHARACTERS, '-')
		.normalize('NFC');
	const stem = trimmed(stemOf(readable.replace(/[ .]+$/, '')));
	if (stem === '') return null;
	return shortened(DEVICE.test(stem) ? `video-${stem}` : stem, EXTENSION);
}

interface NamedOutput {
	download: boolean;
	/** The name that the user wants, made safe. */
	fileName?: string | undefined;
}

/** Gives each file of a run a name of its own, in the order in which they are given: no name depends on when a video is ready. */
export class FileNames {
	// As file systems compare them that do not tell cases apart.
	private readonly taken = new Set<string>();

	/** The same output with a name that no other file has; the usual one stays left out. */
	applyTo<T extends NamedOutput>(taskId: string, output: T): T {
		if (!output.download) return output;
		const usual = usualFileName(taskId);
		const name = this.take(output.fileName ?? usual);
		return { ...output, fileName: name === usual ? undefined : name };
	}

	private take(name: string): string {
		for (let count = 1; ; count++) {
			const own = count === 1 ? name : shortened(stemOf(name), `-${count}${EXTENSION}`);
			const key = keyOf(own);
			if (this.taken.has(key)) continue;
			this.taken.add(key);
			return own;
		}
	}
}

const keyOf = (name: string): string => name.toUpperCase().toLowerCase().normalize('NFC');

const stemOf = (name: string): string => name.replace(/\.mp4$/i, '');

/** Without what hides a file, and what Windows drops at the end. */
const trimmed = (text: string): string => text.replace(/^[\s.]+|[\s.]+$/g, '');

function shortened(stem: string, end: string): string {
	let room = MOST_BYTES - Buffer.byteLength(end);
	let short = '';
	for (const character of stem) {
		room -= Buffer.byteLength(character);
		if (room < 0) return trimmed(short) + end;
		short += character;
	}
	return short + end;
}
