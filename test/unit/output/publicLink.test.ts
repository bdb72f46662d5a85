import type { IBinaryData } from 'n8n-workflow';

import type { LinkRequest } from '../../../nodes/HappyHorse/output/publicLink';
import { hintAtMissingLinks, linkTo } from '../../../nodes/HappyHorse/output/publicLink';
import { START } from '../support/fakeClock';
import { fakeExecution } from '../support/fakeExecution';

const FILE: IBinaryData = { id: 'filesystem-v2:a/b', data: 'filesystem-v2', mimeType: 'video/mp4' };

interface Setup {
	file?: IBinaryData;
	hours?: number;
	base?: string;
	provider?: string;
	helpers?: object;
}

function link({ file = FILE, hours = 24, ...setup }: Setup = {}) {
	const { base = 'https://n8n.example.com/rest', provider = 'https://api.magnific.com' } = setup;
	const signed: unknown[] = [];
	const helpers = setup.helpers ?? {
		createBinarySignedUrl(...given: unknown[]) {
			signed.push(given);
			return `${base}/binary-data/signed?token=t`;
		},
	};
	const context = { helpers } as LinkRequest['context'];
	const api = { provider: { baseUrl: provider } } as LinkRequest['api'];
	return { result: linkTo(file, { context, hours, now: START + 999, api }), signed };
}

it('is signed by n8n for whole seconds, and says when it ends', () => {
	const { result, signed } = link({ hours: 1.5 });
	expect(signed).toEqual([[FILE, '5400s']]);
	expect(result).toEqual({
		url: 'https://n8n.example.com/rest/binary-data/signed?token=t',
		// n8n counts from the second in which it signs.
		expiresAt: new Date(START + 5_400_000).toISOString(),
	});
});

it.each<[string, Setup, RegExp]>([
	['an old n8n', { helpers: {} }, /Update n8n/],
	[
		'a file in memory',
		{ file: { data: 'AAAA', mimeType: 'video/mp4' } },
		/N8N_DEFAULT_BINARY_DATA_MODE to filesystem/,
	],
	[
		'an n8n that only its own network reaches',
		{ base: 'http://localhost:5678/rest' },
		/begin with http:\/\/localhost:5678, .*N8N_WEBHOOK_URL/,
	],
	[
		'an n8n that fails',
		{
			helpers: {
				createBinarySignedUrl() {
					throw new Error('secret');
				},
			},
		},
		/^n8n could not make a link to the file\.$/,
	],
])('is missing on %s, and says why', (_, setup, says) => {
	expect(link(setup).result).toEqual({ missing: expect.stringMatching(says) as string });
});

it('may be local while the provider is: both are on the computer of a developer', () => {
	const base = 'http://localhost:5678/rest';
	expect(link({ base, provider: 'http://127.0.0.1:4010' }).result).toHaveProperty('url');
});

it('is missed in one hint for each reason', () => {
	const { context, hints } = fakeExecution({});
	const missing = (message: string) => ({ json: { public_url_failure: { message } } });
	const items = [missing('A.'), missing('A.'), { json: {} }, missing('B.')];
	hintAtMissingLinks(context, items);
	expect(hints).toMatchObject([
		{ message: 'There is no public link to the video. A.', type: 'warning' },
		{ message: 'There is no public link to the video. B.', type: 'warning' },
	]);
});
