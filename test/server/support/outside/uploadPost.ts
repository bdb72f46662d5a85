import type { OutsideService } from './services';

export const UPLOAD_POST_LOGIN = 'Apikey upload-post-of-the-test';

export interface Upload {
	id: string;
	key: string;
	/** The fields in the sequence in which they came; a file by its name and type. */
	fields: Array<[string, string]>;
	content: Buffer;
	lookups: number;
}

export interface UploadPost extends OutsideService {
	/** Uploads that were accepted; one that is repeated is none. */
	uploads: Upload[];
	/** The status with which all uploads are rejected, if they are. */
	down: number | undefined;
	/** Why a network did not take a video, if it did not. */
	fails: (network: string) => string | undefined;
	/** How many lookups find an upload still in progress. */
	lookupsBefore: number;
}

/*
 * https://docs.upload-post.com/api/upload-video, and the fields of TikTok and Instagram in
 * https://github.com/Upload-Post/upload-post-npm/blob/main/index.js: Instagram has none for content made with AI.
 */
const FIELDS: Record<string, (value: string) => boolean> = {
	user: (value) => value === 'my-brand',
	'platform[]': (value) => ['tiktok', 'instagram'].includes(value),
	title: (value) => value !== '',
	privacy_level: (value) => ['SELF_ONLY', 'PUBLIC_TO_EVERYONE'].includes(value),
	is_aigc: (value) => ['true', 'false'].includes(value),
	media_type: (value) => ['REELS', 'STORIES'].includes(value),
	share_to_feed: (value) => ['true', 'false'].includes(value),
	async_upload: (value) => value === 'true',
};

/**
 * Upload-Post's API, as far as an upload in the background and its status go.
 * Facts: https://docs.upload-post.com/api/upload-status (states, results), the client above (two uploads with the same
 * Idempotency-Key within 24 hours are one post).
 */
export function uploadPost(): UploadPost {
	const self: UploadPost = {
		hosts: ['api.upload-post.com'],
		uploads: [],
		down: undefined,
		fails: () => undefined,
		lookupsBefore: 1,
		routes(app) {
			app.addHook('preHandler', async ({ headers }, reply) => {
				if (headers.authorization === UPLOAD_POST_LOGIN) return;
				await reply.code(401).send({ success: false, message: 'Invalid or expired token' });
			});
			app.post<{ Body: Buffer }>('/api/upload', async ({ body, headers }, reply) => {
				if (self.down !== undefined) {
					return await reply.code(self.down).send({ success: false, message: 'Try later' });
				}
				const type = String(headers['content-type']);
				const form = await new Response(body, { headers: { 'content-type': type } }).formData();
				const parts = [...form.entries()];
				const message = problemsOf(parts).join();
				if (message !== '') return await reply.code(400).send({ success: false, message });
				const key = String(headers['idempotency-key']);
				const earlier = self.uploads.find((upload) => upload.key === key);
				const upload = earlier ?? {
					id: `request-${self.uploads.length + 1}`,
					key,
					lookups: 0,
					...(await readAll(parts)),
				};
				if (!earlier) self.uploads.push(upload);
				return await reply.send({ success: true, request_id: upload.id, total_platforms: 2 });
			});
			app.get<{ Querystring: Record<string, string> }>(
				'/api/uploadposts/status',
				({ query }, reply) => {
					const { request_id, ...others } = query;
					const upload = self.uploads.find(({ id }) => id === request_id);
					if (Object.keys(others).length > 0) return reply.code(400).send();
					if (!upload) return reply.code(404).send({ status: 'not_found' });
					return reply.send({ request_id, ...stateOf(self, upload) });
				},
			);
		},
	};
	return self;
}

type Part = [string, string | File];

function problemsOf(parts: Part[]): string[] {
	const names = parts.map(([name]) => name);
	const missing = [...Object.keys(FIELDS), 'video'].filter((name) => !names.includes(name));
	const wrong = parts.filter(([name, value]) =>
		typeof value === 'string' ? FIELDS[name]?.(value) !== true : name !== 'video',
	);
	return [...missing, ...wrong.map(([name]) => name)];
}

async function readAll(parts: Part[]): Promise<Pick<Upload, 'fields' | 'content'>> {
	const fields = parts.map(([name, value]): [string, string] => [
		name,
		typeof value === 'string' ? value : `${value.name} (${value.type})`,
	]);
	const file = parts.find(([name]) => name === 'video')![1] as File;
	return { fields, content: Buffer.from(await file.arrayBuffer()) };
}

function stateOf(self: UploadPost, upload: Upload) {
	upload.lookups += 1;
	if (upload.lookups <= self.lookupsBefore) {
		return { status: 'in_progress', completed: 0, total: 2, results: [] };
	}
	const networks = ['tiktok', 'instagram'];
	const results = networks.map((platform) => {
		const error_message = self.fails(platform);
		if (error_message !== undefined) return { platform, success: false, error_message };
		return { platform, success: true, post_url: linkTo(upload, platform) };
	});
	const status = results.some(({ success }) => success) ? 'completed' : 'failed';
	return { status, completed: 2, total: 2, results };
}

/** Where a post can be seen. */
export const linkTo = ({ id }: { id: string }, network: string) =>
	`https://${network}.example/${id}`;
