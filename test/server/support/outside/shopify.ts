import { createHmac } from 'node:crypto';

import type { Shape } from './bodyCheck';
import { problemsOf } from './bodyCheck';
import type { OutsideService } from './services';

export const SHOP = {
	shopSubdomain: 'happy-horse-test',
	accessToken: 'shpat-of-the-test',
	appSecretKey: 'shpss-of-the-test',
};

export interface Product {
	id: string;
	title: string;
	image?: string;
	media: Array<{ id: string; mediaContentType: 'VIDEO'; alt: string; source: string }>;
}

type Step = 'stagedUploadsCreate' | 'upload' | 'productUpdate';

export interface Shopify extends OutsideService {
	products: Product[];
	/** Bodies of the GraphQL requests that were accepted. */
	requests: Array<{ query: string; variables: Record<string, unknown> }>;
	/** Files that were uploaded, by the URL of the resource, with the names of the fields in their sequence. */
	uploads: Map<string, { fields: string[]; content: Buffer }>;
	/** The step at which Shopify says no, as it does there. */
	rejectsAt: Step | undefined;
	/** The status with which all GraphQL requests are rejected, if they are. */
	down: number | undefined;
	/** The states of a video, one for each look at it; the last one stays. */
	states: string[];
	/** Where the trigger wants its events. */
	webhook: string;
	/** Sends the event of a new product, signed. */
	announce(product: Product): Promise<number>;
}

/* https://shopify.dev/docs/api/admin-graphql/latest: the input objects of the two mutations and of the two queries. */
const VARIABLES: Record<string, Shape> = {
	'product(': { id: 'string' },
	'node(': { id: 'string' },
	'stagedUploadsCreate(': {
		input: [
			{
				...{ resource: ['VIDEO'], filename: 'string', mimeType: ['video/mp4'] },
				...{ fileSize: 'string', httpMethod: ['POST'] },
			},
		],
	},
	'productUpdate(': {
		product: { id: 'string' },
		media: [{ originalSource: 'string', alt: 'string', mediaContentType: ['VIDEO'] }],
	},
};

const STORAGE = 'shopify-video-production-core-originals.storage.googleapis.com';
const API = `${SHOP.shopSubdomain}.myshopify.com`;
/** What a target for a video has, https://shopify.dev/docs/apps/build/online-store/product-media. */
const PARAMETERS = { GoogleAccessId: 'video@shopify', policy: 'p0licy', signature: 's1gned' };
const REJECTED = { userErrors: [{ field: ['media'], message: 'Not allowed' }] };

interface GraphQl {
	query: string;
	variables: Record<string, unknown>;
}

/**
 * Shopify's Admin API, as far as one webhook and the video of a product go.
 * Facts: https://shopify.dev/docs/api/admin-graphql/latest/mutations/stagedUploadsCreate (fileSize is required for a video),
 * .../mutations/productUpdate (adds media; productCreateMedia is deprecated), .../objects/StagedMediaUploadTarget, and for
 * the upload itself the storage's rule that the file comes after all other fields.
 */
export function shopify(): Shopify {
	const reserved = new Map<string, { size: number; resource: string }>();
	const self: Shopify = {
		hosts: [API, STORAGE],
		products: [],
		requests: [],
		uploads: new Map<string, { fields: string[]; content: Buffer }>(),
		rejectsAt: undefined,
		down: undefined,
		states: ['READY'],
		webhook: '',
		routes(app) {
			app.get('/admin/api/2024-07//webhooks', () => ({ webhooks: [] }));
			app.post<{ Body: { webhook: { address: string } } }>(
				'/admin/api/2024-07//webhooks.json',
				({ body }) => {
					self.webhook = body.webhook.address;
					return { webhook: { id: 4711 } };
				},
			);
			app.delete('/admin/api/2024-07//webhooks/4711.json', () => ({}));
			app.post<{ Body: GraphQl }>('/admin/api/2026-10/graphql.json', (request, reply) => {
				const { body, headers } = request;
				if (headers['x-shopify-access-token'] !== SHOP.accessToken)
					return reply.code(401).send({ errors: '[API] Invalid API key or access token' });
				if (self.down !== undefined) return reply.code(self.down).send({ errors: 'Try later' });
				const message = problemsOfRequest(body).join();
				if (message !== '') return reply.send({ errors: [{ message }] });
				self.requests.push(body);
				return reply.send({ data: responseTo(self, reserved, body) });
			});
			app.post<{ Body: Buffer }>('/', async ({ body, headers }, reply) => {
				const type = String(headers['content-type']);
				const form = await new Response(body, { headers: { 'content-type': type } }).formData();
				const target = reserved.get(String(form.get('key')));
				const file = form.get('file');
				const isSigned = Object.entries(PARAMETERS).every(
					([name, value]) => form.get(name) === value,
				);
				const isLast = [...form.keys()].at(-1) === 'file';
				if (
					self.rejectsAt === 'upload' ||
					!target ||
					!isSigned ||
					!isLast ||
					typeof file === 'string'
				)
					return await reply.code(403).type('application/xml').send('<Code>AccessDenied</Code>');
				const content = Buffer.from(await file!.arrayBuffer());
				if (content.length !== target.size)
					return await reply.code(400).type('application/xml').send('<Code>EntityTooLarge</Code>');
				self.uploads.set(target.resource, { fields: [...form.keys()], content });
				return await reply.code(204).send();
			});
		},
		async announce({ id, title }) {
			const number = Number(id.split('/').at(-1));
			const body = JSON.stringify({
				id: number,
				admin_graphql_api_id: id,
				title,
				status: 'active',
			});
			const headers = {
				...{ 'content-type': 'application/json', 'x-shopify-topic': 'products/create' },
				'x-shopify-hmac-sha256': createHmac('sha256', SHOP.appSecretKey)
					.update(body)
					.digest('base64'),
				...{ 'x-shopify-shop-domain': API, 'x-shopify-api-version': '2026-10' },
			};
			return (await fetch(self.webhook, { method: 'POST', headers, body })).status;
		},
	};
	return self;
}

const fieldOf = (query: string) =>
	Object.keys(VARIABLES).find((name) => query.includes(` ${name}`));

function problemsOfRequest(body: GraphQl): string[] {
	const field = fieldOf(body.query);
	if (field === undefined) return ['an unknown field'];
	return problemsOf(body, { query: 'string', variables: VARIABLES[field]! });
}

function responseTo(
	self: Shopify,
	reserved: Map<string, { size: number; resource: string }>,
	{ query, variables }: GraphQl,
): Record<string, unknown> {
	const productOf = (id: unknown) => self.products.find((product) => product.id === id);
	switch (fieldOf(query)) {
		case 'product(':
			return { product: shown(productOf(variables.id)) };
		case 'node(': {
			const status = self.states.length > 1 ? self.states.shift()! : self.states[0];
			const mediaErrors = status === 'FAILED' ? [{ code: 'VIDEO', message: 'Broken file.' }] : [];
			return { node: { id: variables.id, status, mediaErrors } };
		}
		case 'stagedUploadsCreate(': {
			if (self.rejectsAt === 'stagedUploadsCreate')
				return { stagedUploadsCreate: { stagedTargets: [], ...REJECTED } };
			const [{ fileSize }] = variables.input as [{ fileSize: string }];
			const key = `c/o/v/${reserved.size + 1}.mp4`;
			const resourceUrl = `https://${STORAGE}/${key}?external_video_id=1`;
			reserved.set(key, { size: Number(fileSize), resource: resourceUrl });
			const parameters = Object.entries({ ...PARAMETERS, key });
			const target = {
				...{ url: `https://${STORAGE}/`, resourceUrl },
				parameters: parameters.map(([name, value]) => ({ name, value })),
			};
			return { stagedUploadsCreate: { stagedTargets: [target], userErrors: [] } };
		}
		default:
			return { productUpdate: added(self, variables) };
	}
}

function added(self: Shopify, variables: Record<string, unknown>) {
	const { id } = variables.product as { id: string };
	const product = self.products.find((each) => each.id === id);
	const [{ originalSource, alt }] = variables.media as [{ originalSource: string; alt: string }];
	if (self.rejectsAt === 'productUpdate' || !product || !self.uploads.has(originalSource))
		return { product: null, ...REJECTED };
	const video = {
		id: `gid://shopify/Video/${id.split('/').at(-1)}`,
		mediaContentType: 'VIDEO' as const,
	};
	product.media.push({ ...video, alt, source: originalSource });
	return { product: { media: { nodes: [{ ...video, status: 'UPLOADED' }] } }, userErrors: [] };
}

function shown(product: Product | undefined) {
	if (!product) return null;
	const { id, title, image, media } = product;
	const featuredMedia = image === undefined ? null : { preview: { image: { url: image } } };
	const images = image === undefined ? [] : [{ mediaContentType: 'IMAGE' }];
	const videos = media.map(({ mediaContentType }) => ({ mediaContentType }));
	return { id, title, featuredMedia, media: { nodes: [...images, ...videos] } };
}
