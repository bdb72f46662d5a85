import { FileRejected } from '../fetchFile';
import type { InvalidParam } from '../response';
import type { CreateBody, Endpoint, InputFile } from './endpoint';

/** A URL in a body, and the name of its place, such as `image_urls.0.url`. */
export interface FileUrl {
	field: string;
	name: string;
	url: string;
}

/** The URLs of files in a body, valid or not, in the order in which the video shows them. */
export function fileUrls({ files }: Endpoint, body: unknown): FileUrl[] {
	const fields = typeof body === 'object' && body !== null ? body : {};
	return Object.keys(files).flatMap((field) => {
		const value = (fields as Record<string, unknown>)[field];
		const entries: Array<[string, unknown]> = Array.isArray(value)
			? value.map((entry: unknown, index) => [`${field}.${index}`, entry])
			: [[field, value]];
		return entries.flatMap(([name, entry]) => {
			if (typeof entry === 'string') return [{ field, name, url: entry }];
			const url = (entry as { url?: unknown } | null | undefined)?.url;
			return typeof url === 'string' ? [{ field, name: `${name}.url`, url }] : [];
		});
	});
}

/** Fetches and checks all files of a valid body; returns them in order, or what is wrong. */
export async function readFiles(
	endpoint: Endpoint,
	body: CreateBody,
): Promise<{ files: InputFile[]; invalid: InvalidParam[] }> {
	const results = await Promise.all(
		fileUrls(endpoint, body).map(async (file) => await readFile(endpoint, file)),
	);
	return {
		files: results.filter((result) => 'bytes' in result),
		invalid: results.filter((result) => 'reason' in result),
	};
}

async function readFile(
	{ files }: Endpoint,
	{ field, name, url }: FileUrl,
): Promise<InputFile | InvalidParam> {
	const read = files[field];
	if (read === undefined) throw new Error(`${field} is not a field for files`);
	try {
		return await read(url);
	} catch (error) {
		if (!(error instanceof FileRejected)) throw error;
		return { name, reason: error.message };
	}
}
