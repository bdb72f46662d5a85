import type { OutsideService } from './services';

export const BLOG = {
	url: 'https://blog.happy-horse.example',
	username: 'editor',
	password: 'a b c d',
};

export interface Media {
	id: number;
	post: number;
	title: string;
	name: string;
	type: string;
	content: Buffer;
}

export interface WordPress extends OutsideService {
	/** Publishes a post; its featured image is at that URL, none without. */
	publish(title: string, image?: string): number;
	/** What was put into the media library. */
	uploaded: Media[];
}

const API = `${BLOG.url}/wp-json/wp/v2`;

/** WordPress's REST API, as far as posts and the media library go. */
export function wordpress(): WordPress {
	const posts: Array<Record<string, unknown> & { id: number }> = [];
	const images = new Map<number, string>();
	const blog: WordPress = {
		hosts: [new URL(BLOG.url).host],
		uploaded: [],
		routes(app) {
			const login = `${BLOG.username}:${BLOG.password}`;
			app.addHook('preHandler', async ({ headers }, reply) => {
				if (headers.authorization === `Basic ${Buffer.from(login).toString('base64')}`) return;
				await reply
					.code(401)
					.send({ code: 'rest_forbidden', message: 'Sorry, you are not allowed.' });
			});
			app.get<{ Querystring: { per_page: string } }>('/wp-json/wp/v2/posts', ({ query }) =>
				posts.toReversed().slice(0, Number(query.per_page)),
			);
			app.get<{ Params: { id: string } }>('/wp-json/wp/v2/media/:id', ({ params }) => {
				const id = Number(params.id);
				return { id, media_type: 'image', source_url: images.get(id) };
			});
			app.post<{ Body: Buffer; Querystring: { post: string; title: string } }>(
				'/wp-json/wp/v2/media',
				({ body, query, headers }, reply) => {
					const disposition = String(headers['content-disposition']);
					const name = /^attachment; filename="([^"]+)"$/.exec(disposition)?.[1];
					if (name === undefined)
						return reply.code(400).send({ code: 'rest_upload_no_content_disposition' });
					const id = 900 + blog.uploaded.length;
					const type = String(headers['content-type']);
					blog.uploaded.push({
						...{ id, name, type, content: body },
						post: Number(query.post),
						title: query.title,
					});
					return reply
						.code(201)
						.send({ id, media_type: 'file', source_url: `${BLOG.url}/${name}` });
				},
			);
		},
		publish(title, image) {
			const id = 100 + posts.length;
			const featured_media = image === undefined ? 0 : id + 500;
			if (image !== undefined) images.set(featured_media, image);
			const links =
				image === undefined
					? {}
					: { 'wp:featuredmedia': [{ href: `${API}/media/${featured_media}` }] };
			const _links = { self: [{ href: `${API}/posts/${id}` }], ...links };
			posts.push({ id, status: 'publish', title: { rendered: title }, featured_media, _links });
			return id;
		},
	};
	return blog;
}
