import type { BinaryHelperFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

/** A stream of bytes as n8n hands it over: Node.js's own type, which a community node may not import. */
export type ByteStream = Exclude<Parameters<BinaryHelperFunctions['prepareBinaryData']>[0], Buffer>;

/** A stream that is too large, or too slow. */
export class ResponseTooLarge extends Error {}

const LOOK_EVERY_MS = 250;

/**
 * A limit for work on a stream, which starts again whenever data arrives. n8n's own timeout covers a streamed response
 * only up to its headers, and the stream cannot be made to fail while it waits for its next chunk (2.41.1): without this
 * limit, a server that goes quiet in the middle would block for ever.
 */
export class IdleTimeout {
	private end: number;

	/** @param until when the work has to be over in any case, in milliseconds since 1970. */
	constructor(
		private readonly ms: number,
		private readonly until = Infinity,
	) {
		this.end = Date.now() + ms;
	}

	heard(): void {
		this.end = Date.now() + this.ms;
	}

	/** @throws ResponseTooLarge when it lasts too long; the work is left to itself then. */
	async endsWork<T>(work: Promise<T>): Promise<T> {
		let done = false;
		const watch = async (): Promise<T> => {
			while (!done) {
				const now = Date.now();
				if (now > this.end) throw new ResponseTooLarge(`nothing more came for ${this.ms} ms`);
				if (now > this.until) throw new ResponseTooLarge('there was no more time');
				await sleep(LOOK_EVERY_MS);
			}
			return await work;
		};
		try {
			return await Promise.race([work, watch()]);
		} finally {
			done = true;
		}
	}
}

/**
 * Reads a stream as text.
 *
 * @param withinMs from now, for the whole body: a stranger could send one byte a minute for ever.
 * @throws ResponseTooLarge
 */
export async function textOf(
	body: ByteStream,
	{ maxBytes, withinMs }: { maxBytes: number; withinMs: number },
): Promise<string> {
	const end = Date.now() + withinMs;
	const read = async () => {
		const chunks: Buffer[] = [];
		let bytes = 0;
		for await (const chunk of body) {
			const part = Buffer.from(chunk as Uint8Array);
			bytes += part.length;
			// Leaving the loop destroys the stream.
			if (bytes > maxBytes) throw new ResponseTooLarge(`more than ${maxBytes} bytes`);
			if (Date.now() > end) throw new ResponseTooLarge(`not complete after ${withinMs} ms`);
			chunks.push(part);
		}
		return Buffer.concat(chunks).toString('utf8');
	};
	try {
		return await new IdleTimeout(withinMs).endsWork(read());
	} finally {
		body.destroy();
	}
}
