/** Marks the sandbox's own requests, so that the request record can tell them apart. */
export const USER_AGENT = 'happy-horse-sandbox';

const FETCH_TIMEOUT_MS = 15_000;

/** The file cannot be used; the message is the `reason` given to the client. */
export class FileRejected extends Error {}

/** What is fetched: the word for it in messages, and its limit in whole MB of 2^20 bytes. */
export interface FileKind {
	noun: 'image' | 'video';
	maxMegabytes: number;
}

/** Fetches a file like the vendor would: no key, 15 s, up to the limit. Throws FileRejected. */
export async function fetchFile(url: string, kind: FileKind): Promise<Buffer> {
	const { noun } = kind;
	if (!/^https?:\/\//i.test(url)) throw new FileRejected('must be an http or https URL');
	let response: Response;
	try {
		response = await fetch(url, {
			headers: { 'user-agent': USER_AGENT, accept: `${noun}/*` },
			signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
		});
		if (response.ok) return await readAll(response, kind);
	} catch (error) {
		if (error instanceof FileRejected) throw error;
		throw new FileRejected(`the ${noun} could not be fetched (${reasonOf(error)})`);
	}
	await response.body?.cancel();
	throw new FileRejected(`the ${noun} could not be fetched (HTTP ${response.status})`);
}

/** Throws FileRejected when so many bytes are more than the limit. */
export function checkSize(bytes: number, { noun, maxMegabytes }: FileKind): void {
	if (bytes <= maxMegabytes * 1024 * 1024) return;
	throw new FileRejected(`the ${noun} is larger than ${maxMegabytes} MB`);
}

/** Both Happy Horse limits of shape are symmetric: 1:2.5 to 2.5:1, compared in integers. */
export function checkShape(width: number, height: number): void {
	if (2 * width <= 5 * height && 2 * height <= 5 * width) return;
	throw new FileRejected(`${width}x${height}: the aspect ratio must be 1:2.5 to 2.5:1`);
}

/** The innermost readable message of an error. */
export function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { cause } = error;
	return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

async function readAll(response: Response, kind: FileKind): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of response.body ?? []) {
		length += chunk.length;
		checkSize(length, kind);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}
