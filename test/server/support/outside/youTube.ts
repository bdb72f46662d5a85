import { signedIn } from './googleLogin';
import type { OutsideService } from './services';
import { unknownFields } from './unknownFields';

export interface UploadedVideo {
	id: string;
	query: Record<string, string>;
	snippet: Record<string, unknown>;
	status: Record<string, unknown>;
	type: string;
	content: Buffer;
}

export interface YouTube extends OutsideService {
	videos: UploadedVideo[];
	/** Rejects uploads with such a title, because the quota of the project is used up. */
	reject: RegExp | undefined;
	/** Accepts uploads with such a title, but fails before it says so. */
	loseResponse: RegExp | undefined;
}

/** What a new video may say, by part. */
const FIELDS = {
	snippet: ['title', 'description', 'tags', 'categoryId', 'defaultLanguage'],
	status: [
		...['privacyStatus', 'embeddable', 'publicStatsViewable', 'publishAt'],
		...['selfDeclaredMadeForKids', 'license', 'containsSyntheticMedia'],
	],
	recordingDetails: ['recordingDate'],
};

interface Metadata {
	snippet: { title: string; description?: string };
	status: Record<string, unknown>;
	recordingDetails: Record<string, unknown>;
}

/** YouTube Data API v3, as far as a resumable upload goes. */
export function youTube(): YouTube {
	const self: YouTube = {
		hosts: ['www.googleapis.com'],
		videos: [],
		reject: undefined,
		loseResponse: undefined,
		routes(app) {
			app.post<{ Body: Metadata; Querystring: Record<string, string> }>(
				'/upload/youtube/v3/videos',
				{ preHandler: signedIn },
				({ body, query, headers }, reply) => {
					const problem = problemOf(body, query);
					if (problem) return reply.code(400).send(error(400, problem));
					const { snippet, status } = body;
					if (self.reject?.test(snippet.title)) {
						return reply.code(403).send(error(403, 'quotaExceeded'));
					}
					const id = `short${String(self.videos.length + 1).padStart(6, '0')}`;
					const type = String(headers['x-upload-content-type']);
					self.videos.push({ id, query, snippet, status, type, content: Buffer.alloc(0) });
					const url = `https://www.googleapis.com/upload/youtube/v3/videos?upload_id=${id}`;
					return reply.header('location', url).send('');
				},
			);
			app.put<{ Body: Buffer; Querystring: { upload_id: string } }>(
				'/upload/youtube/v3/videos',
				({ body, query, headers }, reply) => {
					const video = self.videos.find(({ id }) => id === query.upload_id);
					if (!video) return reply.code(404).send(error(404, 'videoNotFound'));
					const [, from, to, total] =
						/^bytes (\d+)-(\d+)\/(\d+)$/.exec(String(headers['content-range'])) ?? [];
					const isNext =
						Number(from) === video.content.length &&
						Number(to) + 1 === video.content.length + body.length;
					if (!isNext) return reply.code(400).send(error(400, 'badRange'));
					video.content = Buffer.concat([video.content, body]);
					if (video.content.length < Number(total)) return reply.code(308).send();
					if (self.loseResponse?.test(String(video.snippet.title))) {
						return reply.code(503).send(error(503, 'backendError'));
					}
					const { id, snippet, status } = video;
					return reply.send({ kind: 'youtube#video', id, snippet, status });
				},
			);
		},
	};
	return self;
}

const error = (code: number, reason: string) => ({
	error: { code, message: reason, errors: [{ message: reason, domain: 'youtube.video', reason }] },
});

/** Why YouTube rejects such a video. */
function problemOf(body: Metadata, query: Record<string, string>): string | undefined {
	const strangers = [
		...unknownFields(body, Object.keys(FIELDS)),
		...unknownFields(body.snippet, FIELDS.snippet),
		...unknownFields(body.status, FIELDS.status),
		...unknownFields(body.recordingDetails, FIELDS.recordingDetails),
		...unknownFields(query, ['uploadType', 'part', 'notifySubscribers']),
	];
	if (strangers.length > 0) return `unknown: ${strangers.join(', ')}`;
	if (query.uploadType !== 'resumable') return 'uploadType';
	const { title, description = '' } = body.snippet;
	if (title === '' || [...title].length > 100 || /[<>]/.test(title)) return 'invalidTitle';
	if (Buffer.byteLength(description) > 5000 || /[<>]/.test(description))
		return 'invalidDescription';
	return undefined;
}
