import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/*
 * One thing has one name. These are words of earlier versions that meant something with a better name, or that read
 * badly. Words with a second, good meaning (record, lock, mark, turn, header, recent) cannot be told apart by a pattern
 * and are not in the list.
 */

const ROOT = path.resolve(__dirname, '../../..');

interface Word {
	/** In lower case and as identifiers write it. */
	pattern: RegExp;
	/** What to write instead, and why. */
	instead: string;
	/** Words that the pattern has to find. */
	such: string[];
	/** True for a word that is right in texts for users. */
	onlyCode?: true;
	/** The words of the pattern that the sandbox, the tests and the scripts avoid, too; null for none. */
	inTests?: RegExp | null;
}

/** A whole word, also as a part of an identifier such as `readAddress` or `MAX_ANSWER_BYTES`. */
const part = (word: string) =>
	new RegExp(
		[
			`(?<![A-Za-z])${word.toLowerCase()}(?![a-z])`,
			`${word[0]!.toUpperCase()}${word.slice(1).toLowerCase()}(?![a-z])`,
			`(?<![A-Z])${word.toUpperCase()}(?![A-Z])`,
		].join('|'),
	);

const parts = (...words: string[]) => new RegExp(words.map((word) => part(word).source).join('|'));

const WORDS: Word[] = [
	{
		pattern: parts('picture', 'pictures'),
		instead: 'image: the name in the API',
		such: ['pictures', 'pictureOf'],
	},
	{
		pattern: parts('address', 'addresses'),
		instead: 'URL, base URL, host or path: an address is an IP address',
		such: ['the address of', 'readAddress', 'addresses'],
	},
	{
		pattern: parts('order', 'orders', 'ordered', 'ordering', 'submission'),
		instead: 'create, create request, task: an API has no orders',
		such: ['an order', 'ordered', '_order', 'OrderForm', 'submission'],
		// A sequence is what most of them mean by "order".
		inTests: parts('orders', 'ordered', 'ordering', 'submission'),
	},
	{
		pattern: /carr(?:y|ies|ied) out/i,
		instead: 'create, send, run',
		such: ['carried out'],
	},
	{
		pattern: parts('callback', 'callbacks'),
		instead: 'webhook; what is sent as webhook_url is the callback URL',
		such: ['a callback', 'callbackNote', 'hostileCallback'],
	},
	{
		pattern: parts('call', 'calls', 'called', 'caller', 'callers', 'calling'),
		instead: 'webhook for what comes in, request for what goes out, run for a function',
		such: ['a call', 'the caller', 'wakeUpCall', 'is called by'],
	},
	{
		pattern: parts('ask', 'asks', 'asked', 'asking'),
		instead: 'request, poll, check',
		such: ['asks the API', 'askAtOnce', 'askedPauseMs'],
	},
	{
		pattern: parts('question', 'questions'),
		instead: 'request, check',
		such: ['one question', 'QUESTION'],
		onlyCode: true,
	},
	{
		pattern: parts('answer', 'answers', 'answered', 'answering'),
		instead: 'response, respond',
		such: ['an answer', 'MAX_ANSWER_BYTES', 'isAnsweredAtEnd', 'EndlessAnswer'],
	},
	{
		pattern: parts('dear', 'film', 'films'),
		instead: 'price and charged for "dear", video for "film"',
		such: ['dear', 'filmServer'],
	},
	{
		pattern: /\bfor nothing\b/i,
		instead: 'say what happens to the money, or "needless"',
		such: ['paid for nothing'],
	},
	{
		pattern: /\bgo(?:es|ing)? on\b|goesOn/i,
		instead: 'continues',
		such: ['goes on', 'go on with', 'goesOnWithFailures'],
	},
	{ pattern: /\b(?:anew|afresh)\b/i, instead: 'again', such: ['anew', 'Afresh'] },
	{ pattern: /\bblank(?:s|ed|ing)?\b.*\bout\b/i, instead: 'redacts', such: ['blanks it out'] },
	{
		pattern: /\bstands? (?:in|beside|next)\b/i,
		instead: 'is in, is next to',
		such: ['stands beside', 'stand in'],
	},
	{
		pattern: /\b(?:whoever|somebody|anybody|nobody)\b/i,
		instead: 'say who: users, a client, anyone who',
		such: ['Nobody', 'somebody', 'anybody', 'whoever'],
	},
	{
		pattern: /refus/i,
		instead: 'invalid, validation error; reject for a webhook or a request',
		such: ['refused', 'REFUSALS'],
	},
	{
		pattern: /ApiFailure|\bexplain[A-Z]|\bpatient\b|mayHaveCreated/,
		instead: 'ApiError, toApiError, withRetries, outcomeUnknown',
		such: ['ApiFailure', 'explainTooMany', 'patient(api)', 'mayHaveCreated'],
	},
	{
		pattern: parts('advice', 'passing'),
		instead: 'hint, retryable',
		such: ['advice', 'adviceOf', 'passing:'],
		inTests: parts('advice'),
	},
	{
		pattern: /\bSilence\b|openFile|\blookUp\b/,
		instead: 'IdleTimeout, safeFetch, resolveHost',
		such: ['new Silence(', 'openFile', 'lookUp('],
	},
	{
		pattern: parts('ledger', 'journal', 'fingerprint'),
		instead: 'execution store, database store, request hash',
		such: ['ledgerOf', 'journal', 'fingerprint'],
		inTests: parts('ledger', 'journal', 'fingerprint'),
	},
	{
		pattern: /\b(?:finals|sharedReads|allowance|inOrder)\b/,
		instead: 'terminal tasks, SingleFlight, RateLimiter, mapLimit',
		such: ['inOrder(', 'allowance'],
	},
	{
		pattern: parts('scene', 'planning', 'finding', 'findings', 'remark', 'remarks', 'setback'),
		instead: 'runContext, prepare, result, details, failed item',
		such: ['Scene', 'uploadScene', 'finding', 'remarks', 'setback'],
		inTests: parts('scene', 'scenes', 'planning', 'remark', 'remarks', 'setback', 'setbacks'),
	},
	{
		pattern: parts('delivery', 'deliver', 'delivers', 'delivered'),
		instead: 'output for what the node gives, webhook for what the provider sends',
		such: ['readDelivery', 'deliver(', 'delivered'],
	},
	{
		pattern: /\bweight\b|weightFault|ImageHeader|(?:png|jpeg|webp|bmp)Header/i,
		instead: 'file size, image size',
		such: ['weight', 'weightFault', 'ImageHeader', 'pngHeader'],
	},
	{
		pattern: /readAnyModel|callbackNote|noteKey/,
		instead: 'findTask, signedQuery, signingKey',
		such: ['readAnyModel', 'noteKey'],
	},
];

/** What is right although a pattern finds it, and why. */
const ALLOWED: Array<[text: RegExp, why: string]> = [
	[/\be-mail address/, 'where an e-mail goes'],
	[/\bIP(?:v[46])? address(?:es)?|\bipAddress(?:es)?|IpAddress/, 'the address of a machine'],
	[/localAddress/, 'a name of Node.js'],
	[/\(\{ address \}\) => address/, 'what the DNS lookup of n8n gives'],
	[/\border of\b|\bin (?:the |item |the same |alphabetical )?order\b|their order/, 'a sequence'],
	[/\bORDER\b/, 'the sequence of statuses'],
	[/byte order mark/, 'the name of U+FEFF'],
	[/\bcallback URLs?\b|\b[a-z]*[cC]allbackUrl\b/, 'what is sent as webhook_url'],
	[/(?<=name: |show: \{ |context, )'?callback'?(?=[:',])/, 'the name of the parameter'],
	[/\bCALLBACKS\b|\bcallbackFields\b/, 'the choices of that parameter'],
	[/\/callback'|\bcallback\.ts/, 'the file of that parameter'],
	[/ECONNREFUSED/, 'a code of Node.js'],
	[
		/happy-horse callback note/,
		'part of a key: another text would break the URLs of running tasks',
	],
	[/\bpostSubmissionId\b/, "a field of Blotato's API"],
	[/\.call\(/, 'a method of JavaScript'],
	[/toolCallId/, "n8n's name"],
	[/\btool calls?\b/, 'what an AI agent does'],
	[/\b(?:is|are) called\b(?! by)/, 'has the name'],
	[/SUBMISSION\.md/, 'the page for the submission to n8n'],
	[/<a id="[^"]+">/, 'an anchor, which links from elsewhere name'],
];

/** The same for the sandbox, the tests and the scripts. */
const ALLOWED_IN_TESTS: Array<[text: RegExp, why: string]> = [
	[/\banswered(?:429|503)\b/, 'fields of stored results'],
	[/youtube\/answer\/\d+/, "a page of Google's help"],
	[/\bquestion mark\b|question\.yml|questionDotToken|questionToken|QuestionQuestionToken/, 'the ?'],
	[/terminal\.question/, 'a name of Node.js'],
	[/\.address\(\)|\bAddressInfo\b|\baddress: (?:'[\d.]+'|string)|\.address\b/, 'names of Node.js'],
	[/\bdone\(\{ address|\(address\) => \(\{ address \}\)/, 'what a DNS lookup gives'],
	[/listen_addresses|N8N_\w+_ADDRESS/, 'settings of PostgreSQL and n8n'],
	[/\bsubmission-[[$]/, "an ID of Blotato's API"],
	[
		/\bcallback\b(?=: |,|\?| \}|\)| \?\?|'|\()|const callback = /,
		'the parameter, or that of Node.js',
	],
	[
		/\b(?:oauth2-credential\/callback|callbackFields|readCallbackUrl|callbackUrls|CALLBACK_URL)\b/,
		'other names',
	],
	[/\bmock\.calls\b|\btoHaveBeenCalled\b/, 'names of Jest'],
	[/isCallExpression|\bisCall\b|\bcall stack\b|\bcallFrame\b/, 'what a program does'],
	[/\btool_calls\b|\btoolCall\b|\bcallTool\b|\bCallArguments\b|`call_/, 'what an AI agent does'],
	[/On Webhook Call/, "an option of n8n's Wait node"],
	[/ refused\b|\|refused/, 'what n8n says of a connection'],
	[/\bpicture ?[pP]arameters\b|onPictureDecoded|groupOfPictures/, 'names of H.264'],
	[/\bweight: \d|font-weight/, 'names of fast-check and SVG'],
	[/\banyBody\b/, 'any body'],
	[/['`]nobody['`]/, 'a user of Linux'],
];

const filesBelow = (folder: string): string[] =>
	readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && !entry.name.endsWith('.svg'))
		.map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
		.sort();

const CODE = [...filesBelow('nodes'), ...filesBelow('credentials')];

const PAGES = [
	'README.md',
	'CONTRIBUTING.md',
	'SECURITY.md',
	'examples/README.md',
	...filesBelow('docs').filter((file) => file.endsWith('.md')),
];

const EXAMPLES = filesBelow('examples').filter((file) => file.endsWith('.json'));

/** The sandbox, the tests and the scripts, but for data and for this list of words. */
const TESTS = [
	...[...filesBelow('sandbox'), ...filesBelow('test')].filter(
		(file) => /\.(?:[cm]?[jt]s|md)$/.test(file) && file !== path.relative(ROOT, __filename),
	),
	...readdirSync(ROOT).filter((file) => /\.[cm]?js$/.test(file)),
];

const WORDS_OF_TESTS = WORDS.flatMap(({ inTests, ...word }) =>
	inTests === null ? [] : [{ ...word, pattern: inTests ?? word.pattern }],
);

const withoutAllowed = (line: string, allowed = ALLOWED) =>
	allowed.reduce((rest, [text]) => rest.replace(new RegExp(text, 'g'), ''), line);

/** Each word of the list in a line, with what to write instead. */
function wordsOf(line: string, words: Word[], allowed = ALLOWED): string[] {
	const rest = withoutAllowed(line, allowed);
	return words.flatMap(({ pattern, instead }) => {
		const found = pattern.exec(rest)?.[0];
		return found === undefined ? [] : [`"${found}": ${instead}`];
	});
}

const linesOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8').split('\n');

/** Each word of the list in a file, with its line and what to write instead. */
const wordsIn = (file: string, words: Word[], allowed = ALLOWED) =>
	linesOf(file).flatMap((line, index) =>
		wordsOf(line, words, allowed).map((found) => `${file}:${index + 1} ${found}`),
	);

/** Parameters of an example whose values are n8n's, not texts: `callback`, `orderBy`. */
const VALUES = /^(?:operation|callback|orderBy|order|type)$/;

/** Every text of an example that a user can see: its name, names of nodes, and their parameters. */
function textsIn(file: string): string[] {
	interface Workflow {
		name: string;
		nodes: Array<{ name: string; parameters: unknown }>;
	}
	const { name, nodes } = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Workflow;
	const textsOf = (value: unknown): string[] => {
		if (typeof value === 'string') return value.split('\n');
		if (typeof value !== 'object' || value === null) return [];
		return Object.entries(value).flatMap(([key, each]) => (VALUES.test(key) ? [] : textsOf(each)));
	};
	return [name, ...nodes.flatMap((node) => [node.name, ...textsOf(node.parameters)])];
}

it('reads the files', () => {
	expect(CODE).toContain('nodes/HappyHorse/HappyHorse.node.ts');
	expect(CODE).toContain('credentials/HappyHorseApi.credentials.ts');
	expect(PAGES).toContain('docs/fields.md');
	expect(TESTS).toEqual(
		expect.arrayContaining([
			'sandbox/api/README.md',
			'sandbox/api/webhooks.ts',
			'sandbox/n8n/attached.cjs',
			'test/unit/repository/tree.test.ts',
			'jest.config.js',
			'.stryker.config.mjs',
		]),
	);
	expect(textsIn('examples/three-images.json')).toEqual(
		expect.arrayContaining(['Happy Horse: three images to videos', 'Run by hand', '## 1. Start']),
	);
});

it('the code uses the words of the list nowhere', () => {
	expect(CODE.flatMap((file) => wordsIn(file, WORDS))).toEqual([]);
});

it('neither do the pages', () => {
	const words = WORDS.filter(({ onlyCode }) => !onlyCode);
	expect(PAGES.flatMap((file) => wordsIn(file, words))).toEqual([]);
});

it('nor do the sandbox, the tests and the scripts', () => {
	const allowed = [...ALLOWED, ...ALLOWED_IN_TESTS];
	expect(TESTS.flatMap((file) => wordsIn(file, WORDS_OF_TESTS, allowed))).toEqual([]);
});

it.each(EXAMPLES)('neither does what a user sees of %s', (file) => {
	expect(textsIn(file).flatMap((text) => wordsOf(text, WORDS))).toEqual([]);
	expect(path.basename(file)).not.toMatch(/order|picture/);
});

it('no file is named after one', () => {
	const namedAfter = (files: string[], words: Word[]) =>
		files
			.filter((file) => !/\/callback\.(?:test\.)?ts$/.test(file))
			.filter((file) => words.some(({ pattern }) => pattern.test(file)));
	expect(namedAfter(CODE, WORDS)).toEqual([]);
	expect(namedAfter(TESTS, WORDS_OF_TESTS)).toEqual([]);
});

it.each(WORDS.flatMap(({ pattern, such }) => such.map((word) => [word, pattern] as const)))(
	'"%s" would be found',
	(word, pattern) => {
		expect(withoutAllowed(`const x = 1; // ${word} here`)).toMatch(pattern);
	},
);

it.each(ALLOWED)('the exception %s is needed', (text) => {
	const lines = [...[...CODE, ...PAGES].flatMap(linesOf), ...EXAMPLES.flatMap(textsIn)];
	expect(lines.filter((line) => text.test(line))).not.toEqual([]);
});

it.each(ALLOWED_IN_TESTS)('the exception %s of the tests is needed', (text) => {
	expect(TESTS.flatMap(linesOf).filter((line) => text.test(line))).not.toEqual([]);
});

it.each([
	'const answer = await fetch(url);',
	'do: { answer: { status: 503 } },',
	'expect(server.asked).toEqual([]);',
	'const { callbacks } = await control.state();',
	'/** Keeps the callback of a task. */',
	'export function fakeCall(scene: CallScene) {',
	"it('asks nobody and goes on waiting', () => {",
	'const refusal = refusalOf(check);',
	'/** The address of the video. */',
	"it('orders each video once', () => {",
	"it('pays for nothing', () => {",
])('a test would fail with %s', (line) => {
	expect(wordsOf(line, WORDS_OF_TESTS, [...ALLOWED, ...ALLOWED_IN_TESTS])).not.toEqual([]);
});
