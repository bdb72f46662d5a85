import type { OutsideService } from './services';
import { unknownFields } from './unknownFields';

export const INSTAGRAM = { userId: '17841400008460056', token: 'EAAG-of-the-test' };

export interface Container {
	id: string;
	fields: Record<string, unknown>;
	/** How often its status was read. */
	reads: number;
	state: 'IN_PROGRESS' | 'FINISHED' | 'ERROR' | 'PUBLISHED';
	/** What was fetched from `video_url`. */
	video?: { type: string; content: Buffer };
}

export interface Instagram extends OutsideService {
	containers: Container[];
	/** IDs of published media, with their containers. */
	published: Array<{ id: string; container: Container }>;
	/** Reads of a status until the container with that caption is no longer in progress. */
	readsNeeded: (caption: string) => number;
	/** Captions that the API rejects at once. */
	reject: RegExp | undefined;
	/** Captions of containers that end in ERROR. */
	spoil: RegExp | undefined;
	/** Captions of Reels that are published, while the response says otherwise. */
	loseResponse: RegExp | undefined;
	/** Captions of videos whose link no longer works when Instagram fetches them. */
	tooLate: RegExp | undefined;
}

/** What a Reel may say. */
const FIELDS = [
	...['media_type', 'video_url', 'caption', 'share_to_feed', 'collaborators', 'cover_url'],
	...['audio_name', 'user_tags', 'location_id', 'thumb_offset'],
];

type Query = Record<string, string>;

/** Instagram's Graph API v24.0, as far as publishing a Reel goes. */
export function instagram(): Instagram {
	const self: Instagram = {
		hosts: ['graph.facebook.com'],
		containers: [],
		published: [],
		readsNeeded: () => 2,
		reject: undefined,
		spoil: undefined,
		loseResponse: undefined,
		tooLate: undefined,
		routes(app) {
			app.addHook<{ Querystring: Query }>('preHandler', async ({ query }, reply) => {
				if (query.access_token === INSTAGRAM.token) return;
				await reply.code(400).send(error('Invalid OAuth access token.', 190));
			});
			app.post<{ Body: Record<string, unknown> }>(
				`/v24.0/${INSTAGRAM.userId}/media`,
				({ body, query }, reply) => {
					const problem = problemOf(body, query as Query);
					if (problem) return reply.code(400).send(error(problem, 100));
					if (self.reject?.test(String(body.caption))) {
						return reply.code(400).send({
							error: {
								...error('Application request limit reached', 4).error,
								error_user_msg: 'You reached the maximum number of posts.',
							},
						});
					}
					const id = `1788945556005${1000 + self.containers.length}`;
					self.containers.push({ id, fields: body, reads: 0, state: 'IN_PROGRESS' });
					return reply.send({ id });
				},
			);
			app.post<{ Body: { creation_id: string } }>(
				`/v24.0/${INSTAGRAM.userId}/media_publish`,
				({ body }, reply) => {
					const strangers = unknownFields(body, ['creation_id']);
					const container = self.containers.find(({ id }) => id === body.creation_id);
					if (strangers.length > 0 || container?.state !== 'FINISHED') {
						return reply.code(400).send(error('Media ID is not available', 9007));
					}
					container.state = 'PUBLISHED';
					const id = `1790000000000${1000 + self.published.length}`;
					self.published.push({ id, container });
					return self.loseResponse?.test(String(container.fields.caption))
						? reply.code(500).send(error('An unknown error has occurred.', 1))
						: reply.send({ id });
				},
			);
			app.get<{ Params: { id: string }; Querystring: Query }>(
				'/v24.0/:id',
				async ({ params: { id }, query }, reply) => {
					const container = self.containers.find((each) => each.id === id);
					if (container && query.fields === 'status_code,status') {
						container.reads++;
						if (container.reads >= self.readsNeeded(String(container.fields.caption))) {
							await finish(container, self);
						}
						const status = container.state === 'ERROR' ? FAILURE : container.state;
						return await reply.send({ status_code: container.state, status, id });
					}
					const index = self.published.findIndex((each) => each.id === id);
					if (index < 0 || query.fields !== 'permalink') {
						return await reply.code(400).send(error('Unsupported get request.', 100));
					}
					const permalink = `https://www.instagram.com/reel/Horse${index + 1}/`;
					return await reply.send({ permalink, id });
				},
			);
		},
	};
	return self;
}

const FAILURE = 'Error: Media upload has failed with error code 2207026';

const error = (message: string, code: number) => ({
	error: { message, type: 'OAuthException', code, fbtrace_id: 'trace' },
});

function problemOf(body: Record<string, unknown>, query: Query): string | undefined {
	const strangers = [...unknownFields(body, FIELDS), ...unknownFields(query, ['access_token'])];
	if (strangers.length > 0) return `unknown: ${strangers.join(', ')}`;
	if (body.media_type !== 'REELS') return 'media_type';
	if ([...String(body.caption ?? '')].length > 2200) return 'caption';
	return undefined;
}

/** Fetches the video, as Instagram does at a time of its own. */
async function finish(container: Container, self: Instagram): Promise<void> {
	if (container.state !== 'IN_PROGRESS') return;
	const caption = String(container.fields.caption);
	const url = String(container.fields.video_url);
	// n8n's response to an expired token is the one to a token that it has not signed.
	const response = await fetch(self.tooLate?.test(caption) ? `${url}x` : url);
	const type = String(response.headers.get('content-type'));
	container.video = { type, content: Buffer.from(await response.arrayBuffer()) };
	const isGood = response.ok && type.startsWith('video/mp4');
	const isSpoilt = self.spoil?.test(caption) ?? false;
	container.state = isGood && !isSpoilt ? 'FINISHED' : 'ERROR';
}
