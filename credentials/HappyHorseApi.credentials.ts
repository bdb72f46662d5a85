import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

const noSuchApi =
	'Something responds at this URL, but not a Happy Horse API. Check API Provider and Base URL.';

const comesAndGoes = 'The API cannot respond right now. The key may be right: try again later.';

/** What n8n shows for a response to the test; without a message of ours it shows only the name of the status. */
const messages: ReadonlyArray<[status: number, message: string]> = [
	[
		401,
		'The API key was not accepted. Copy it again from magnific.com/user/api-keys and check that API Provider matches.',
	],
	[402, 'The API key is right, but the account has no credits left.'],
	[
		403,
		'The API key is known but may not be used. Check the plan and the key in the account of your provider.',
	],
	[429, 'Too many requests from this account, or its plan is used up. Try again in a minute.'],
	...[301, 302, 307, 308, 400, 404].map((status): [number, string] => [status, noSuchApi]),
	...[500, 502, 503, 504].map((status): [number, string] => [status, comesAndGoes]),
];

export class HappyHorseApi implements ICredentialType {
	name = 'happyHorseApi';

	displayName = 'Happy Horse API';

	icon: Icon = { light: 'file:happyHorse.svg', dark: 'file:happyHorse.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-happy-horse/n8n-nodes-happy-horse#the-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'API Provider',
			name: 'provider',
			type: 'options',
			default: 'magnific',
			description: 'Whose API your key is for',
			options: [
				{
					name: 'Magnific',
					value: 'magnific',
					description: 'The provider of Happy Horse, at api.magnific.com',
				},
				{
					name: 'Freepik (Legacy)',
					value: 'freepik',
					description: 'The former name of the same provider, at api.freepik.com',
				},
				{
					name: 'Custom',
					value: 'custom',
					description: 'The sandbox, or a gateway of your own that speaks the same API',
				},
			],
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. http://127.0.0.1:4010',
			description:
				'URL of the API without the part that starts with /v1. Your key is sent there, so use https:// for anything outside this machine.',
			displayOptions: { show: { provider: ['custom'] } },
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			hint: 'From the dashboard of your provider',
			description:
				'Magnific: copy it from <a href="https://www.magnific.com/user/api-keys">magnific.com/user/api-keys</a>. The sandbox prints its own when it starts.',
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			hint: 'Optional. Shown next to the API key in the dashboard',
			description: 'With it, the node can tell genuine webhooks of the provider from forged ones',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: {
			headers: {
				'={{ $credentials.provider === "freepik" ? "x-freepik-api-key" : "x-magnific-api-key" }}':
					'={{ $credentials.apiKey.trim() }}',
			},
		},
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ $credentials.provider === "custom" ? $credentials.baseUrl.trim().replace(/^http:\\/\\/(?=[^/:]*\\.)(?!10\\.|100\\.|127\\.|169\\.254\\.|172\\.|192\\.168\\.|[^/:]*\\.(local|internal|localhost)(?:[:/]|$))/i, "https://").replace(/\\/+$/, "") : $credentials.provider === "freepik" ? "https://api.freepik.com" : "https://api.magnific.com" }}',
			url: '/v1/ai/loras',
			disableFollowRedirect: true,
		},
		rules: [
			...messages.map(([value, message]) => ({
				type: 'responseCode' as const,
				properties: { value, message },
			})),
			{
				type: 'responseSuccessBody' as const,
				properties: { key: 'data', value: undefined, message: noSuchApi },
			},
			// n8n takes rules of both kinds together; its type knows lists of one kind only.
		] as NonNullable<ICredentialTestRequest['rules']>,
	};
}
