import type { Shape } from './bodyCheck';
import { problemsOf, STRINGS } from './bodyCheck';
import type { OutsideService } from './services';

export const BLOTATO_KEY = 'blotato-key-of-the-test==';

export interface BlotatoPost {
	accountId: string;
	content: { text: string; mediaUrls: string[]; platform: string };
	target: Record<string, unknown> & { targetType: string };
}

export interface Blotato extends OutsideService {
	/** Every URL that was handed over, with the bytes that were there. */
	media: Array<{ from: string; url: string; content: Buffer }>;
	/** Posts that were accepted, with how often their state was looked up. */
	posts: Array<BlotatoPost & { id: string; lookups: number }>;
	/** The status with which a post is rejected at once, if it is. */
	rejects: (post: BlotatoPost) => number | undefined;
	/** Why a network did not take an accepted post, if it did not. */
	fails: (post: BlotatoPost) => string | undefined;
	/** How many lookups find a post still in progress. */
	lookupsBefore: number;
}

/*
 * https://help.blotato.com/platform-publishing/platforms/instagram, .../tiktok, .../youtube: the fields of a target. The
 * page for Instagram has none for content that is made with AI.
 */
const TARGETS: Record<string, Shape> = {
	instagram: { targetType: ['instagram'], mediaType: ['reel', 'story'] },
	tiktok: {
		targetType: ['tiktok'],
		privacyLevel: [
			...['SELF_ONLY', 'PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'FOLLOWER_OF_CREATOR'],
		],
		...{ disabledComments: 'boolean', disabledDuet: 'boolean', disabledStitch: 'boolean' },
		...{ isBrandedContent: 'boolean', isYourBrand: 'boolean', isAiGenerated: 'boolean' },
	},
	youtube: {
		targetType: ['youtube'],
		title: 'string',
		privacyStatus: ['private', 'public', 'unlisted'],
		shouldNotifySubscribers: 'boolean',
		...{ isMadeForKids: 'boolean?', containsSyntheticMedia: 'boolean?' },
	},
};

const MEDIA = 'https://database.blotato.io/media';

/**
 * Blotato's API v2, as far as media by URL and posts go.
 * Facts: https://help.blotato.com/api/llm (base URL, header, asynchronous), https://help.blotato.com/api/publish-post/get-post
 * (states and their fields), https://help.blotato.com/api/openapi-reference/publishing (media by URL, at most 1 GB).
 */
export function blotato(): Blotato {
	const self: Blotato = {
		hosts: ['backend.blotato.com'],
		media: [],
		posts: [],
		rejects: () => undefined,
		fails: () => undefined,
		lookupsBefore: 1,
		routes(app) {
			app.addHook('preHandler', async ({ headers }, reply) => {
				if (headers['blotato-api-key'] === BLOTATO_KEY) return;
				await reply.code(401).send({ message: 'Invalid API key' });
			});
			app.post<{ Body: { url: string } }>('/v2/media', async ({ body }, reply) => {
				const problems = problemsOf(body, { url: 'string' });
				if (problems.length > 0) return await reply.code(422).send({ message: problems.join() });
				const file = await fetch(body.url);
				if (!file.ok) {
					const message = `Media URL responded ${file.status}`;
					return await reply.code(422).send({ message });
				}
				const content = Buffer.from(await file.arrayBuffer());
				const url = `${MEDIA}/${self.media.length + 1}.mp4`;
				self.media.push({ from: body.url, url, content });
				return await reply.code(201).send({ url });
			});
			app.post<{ Body: { post: BlotatoPost } }>('/v2/posts', ({ body }, reply) => {
				const target = TARGETS[body.post?.content?.platform] ?? 'an unknown network';
				const content = { text: 'string', mediaUrls: STRINGS, platform: Object.keys(TARGETS) };
				const problems = problemsOf(body, { post: { accountId: 'string', content, target } });
				if (problems.length > 0) return reply.code(422).send({ message: problems.join() });
				const status = self.rejects(body.post);
				if (status !== undefined) return reply.code(status).send({ message: 'Not today' });
				const id = `submission-${self.posts.length + 1}`;
				self.posts.push({ ...body.post, id, lookups: 0 });
				return reply.code(201).send({ postSubmissionId: id });
			});
			app.get<{ Params: { id: string } }>('/v2/posts/:id', ({ params }, reply) => {
				const post = self.posts.find(({ id }) => id === params.id);
				if (!post) return reply.code(404).send({ message: 'Not found' });
				return reply.send({ postSubmissionId: post.id, ...stateOf(self, post) });
			});
		},
	};
	return self;
}

function stateOf(self: Blotato, post: Blotato['posts'][number]) {
	post.lookups += 1;
	if (post.lookups <= self.lookupsBefore) return { status: 'in-progress' };
	const errorMessage = self.fails(post);
	if (errorMessage !== undefined) return { status: 'failed', errorMessage };
	return { status: 'published', publicUrl: linkTo(post) };
}

/** Where a post can be seen. */
export const linkTo = ({ id, target }: { id: string; target: { targetType: string } }) =>
	`https://${target.targetType}.example/${id}`;
