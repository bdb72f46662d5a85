import type { OutsideService } from './services';

export const FEED = 'https://shop.happy-horse.example/feed.csv';

export interface Shop extends OutsideService {
	products: Array<{ id: string; title: string; image_link: string }>;
}

/** A shop that hands out its products as a CSV file. */
export function shop(): Shop {
	const self: Shop = {
		hosts: [new URL(FEED).host],
		products: [],
		routes(app) {
			app.get('/feed.csv', (_request, reply) => {
				const lines = self.products.map(
					({ id, title, image_link }) => `${id},"${title}",${image_link}`,
				);
				return reply.type('text/csv').send(['id,title,image_link', ...lines].join('\n'));
			});
		},
	};
	return self;
}
