import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

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
					description: 'The former name and address of the same provider, at api.freepik.com',
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
				'Address of the API without the part that starts with /v1. Your key is sent there, so use https:// for anything outside this machine.',
			displayOptions: { show: { provider: ['custom'] } },
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				'Made at <a href="https://www.magnific.com/user/api-keys">magnific.com/user/api-keys</a>',
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Stands beside the API key in the dashboard of the provider. With it the trigger can tell genuine calls from forged ones.',
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
				'={{ $credentials.provider === "custom" ? $credentials.baseUrl.trim().replace(/\\/+$/, "") : $credentials.provider === "freepik" ? "https://api.freepik.com" : "https://api.magnific.com" }}',
			url: '/v1/ai/loras',
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'The API key was not accepted. Copy it again from magnific.com/user/api-keys and check that API Provider fits it.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'The API key is known but may not be used. Check the plan and the key in the account of your provider.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message:
						'There is no Happy Horse API at this address. Check API Provider and Base URL.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 429,
					message: 'The API gets too many requests from this account. Try again in a minute.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 500,
					message: 'The API cannot answer right now. The key may be right: try again later.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 503,
					message: 'The API cannot answer right now. The key may be right: try again later.',
				},
			},
		],
	};
}
