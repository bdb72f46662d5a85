import { problemsOf, STRINGS } from '../support/outside/bodyCheck';

/** The fakes of the services are only worth something when they notice a wrong field. */
const SHAPE = {
	post: { accountId: 'string', text: 'string?', kind: ['reel', 'story'], urls: STRINGS },
	media: [{ id: 'number' }] as const,
};
const post = { accountId: 'acc', kind: 'reel', urls: ['https://a.example'] };

it('a body as it should be has no problems', () => {
	expect(problemsOf({ post, media: [{ id: 1 }, { id: 2 }] }, SHAPE)).toEqual([]);
	expect(problemsOf({ post: { ...post, text: 'x' }, media: [] }, SHAPE)).toEqual([]);
});

it.each([
	[{ ...post, extra: 1 }, 'body.post.extra is unknown'],
	[{ ...post, accountId: undefined }, 'body.post.accountId is not string'],
	[{ ...post, accountId: 4711 }, 'body.post.accountId is not string'],
	[{ ...post, text: null }, 'body.post.text is not string?'],
	[{ ...post, kind: 'feed' }, 'body.post.kind cannot be feed'],
	[{ ...post, urls: [1] }, 'body.post.urls is not string[]'],
	[[post], 'body.post is not an object'],
])('%j: %s', (wrong, problem) => {
	expect(problemsOf({ post: wrong, media: [] }, SHAPE)).toEqual([problem]);
});

it('looks into lists, and at the body itself', () => {
	expect(problemsOf({ post, media: [{ id: 1, x: 2 }] }, SHAPE)).toEqual([
		'body.media[0].x is unknown',
	]);
	expect(problemsOf({ post, media: {} }, SHAPE)).toEqual(['body.media is not a list']);
	expect(problemsOf({ post, media: [], more: true }, SHAPE)).toEqual(['body.more is unknown']);
	expect(problemsOf('text', SHAPE)).toEqual(['body is not an object']);
});
