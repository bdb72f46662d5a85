import type { SandboxSettings } from './wire';

/** A response before it is sent, so that a rule can still spoil it. */
export interface ApiResponse {
	status: number;
	body: string | Buffer;
	headers: Record<string, string>;
}

/** A JSON response. */
export function json(
	status: number,
	value: unknown,
	contentType = 'application/json',
): ApiResponse {
	return {
		status,
		body: JSON.stringify(value),
		headers: { 'content-type': `${contentType}; charset=utf-8` },
	};
}

export function message(status: number, text: string): ApiResponse {
	return json(status, { message: text });
}

export interface InvalidParam {
	name: string;
	reason: string;
}

/** A 400 that names what is wrong, in one of the two documented shapes. */
export function problem(params: InvalidParam[], form: SandboxSettings['problemForm']): ApiResponse {
	const content = { message: 'Validation error', invalid_params: params };
	return json(400, form === 'nested' ? { problem: content } : content, 'application/problem+json');
}

/** A response with a file, or with the part of it that a `Range` header names. */
export function file(
	bytes: Buffer,
	{ headers, range }: { headers: Record<string, string>; range?: string | undefined },
): ApiResponse {
	const all = { ...headers, 'accept-ranges': 'bytes' };
	const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
	if (from === '' && to === '') return { status: 200, body: bytes, headers: all };
	const size = bytes.length;
	const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
	const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
	if (start > end || start >= size) {
		return { status: 416, body: '', headers: { 'content-range': `bytes */${size}` } };
	}
	return {
		status: 206,
		body: bytes.subarray(start, end + 1),
		headers: { ...all, 'content-range': `bytes ${start}-${end}/${size}` },
	};
}
