import type { RuleEffect } from '../../../../sandbox/api/wire';

/** A response that is not the expected one, and what the user has to be told about it. */
export interface BadResponse {
	name: string;
	effect: RuleEffect;
	/** The error, for any operation unless `whenReading` says otherwise. */
	says: RegExp;
	whenReading?: RegExp;
	/** What to do. */
	hint: RegExp;
	status: number;
	/** True when it cannot be known whether a video was created. */
	unsure?: boolean;
	/** True when every further request would get the same response, so none is sent. */
	accountWide?: boolean;
	/** True when waiting continues. */
	retryable?: boolean;
	/** True when the sandbox does create the task. */
	creates?: boolean;
}

const response = (
	status: number,
	body: unknown,
	headers: Record<string, string> = {},
): RuleEffect => ({
	response: { status, body, headers },
});

const said = (status: number, message: string) => response(status, { message });

const PAGE = '<html><head><title>Oops</title></head><body><h1>Bad gateway</h1></body></html>';

/** @param secret the API key, which gateways have been seen to echo. */
export function badResponses({
	secret,
	elsewhere,
}: {
	secret: string;
	elsewhere: string;
}): BadResponse[] {
	const outage = { unsure: true, retryable: true, hint: /Run again in a few minutes/ };
	const unreadable = {
		unsure: true,
		retryable: true,
		says: /sent a response that cannot be read \(200\)/,
		hint: /Check 'Base URL' in the credential/,
		status: 200,
	};
	const echoes = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
	return [
		{
			name: '400',
			effect: response(400, {
				problem: {
					message: 'Validation error',
					invalid_params: [{ name: 'image_url', reason: 'is too small' }],
				},
			}),
			says: /^The API rejected the request: Validation error - image_url: is too small$/,
			hint: /Correct the field that the message names, then run again\./,
			status: 400,
		},
		{
			name: '400 that echoes the key',
			effect: said(400, `Bad keys: ${echoes.join(', ')}`),
			says: /^The API rejected the request: Bad keys: \*\*\*, \*\*\*, \*\*\*/,
			hint: /Correct the field that the message names/,
			status: 400,
		},
		{
			name: '401',
			effect: said(401, 'Invalid API key'),
			says: /^The API key was not accepted$/,
			hint: /Open the credential and paste your key again.*user\/api-keys/,
			status: 401,
			accountWide: true,
		},
		{
			name: '402',
			effect: said(402, 'Payment required'),
			says: /^Not enough credits/,
			hint: /Add credits in the account of your provider, then run again\./,
			status: 402,
			accountWide: true,
		},
		{
			name: '403',
			effect: said(403, 'User is not authorized to access this resource'),
			says: /^The API key is not allowed to do this: User is not authorized/,
			hint: /Check in the account of your provider whether the plan includes/,
			status: 403,
			accountWide: true,
		},
		{
			name: '404',
			effect: said(404, 'Not found'),
			says: /^The API does not know this URL$/,
			whenReading: /^Task not found for this API key$/,
			hint: /^Check /,
			status: 404,
		},
		{
			name: '429, rate',
			effect: said(429, 'Too many requests'),
			says: /^The API gets too many requests from this account$/,
			hint: /Wait a minute, then run again/,
			status: 429,
			retryable: true,
		},
		{
			name: '429, plan',
			effect: said(429, 'Free trial limit reached, please upgrade'),
			says: /^The plan or trial of the account is used up: Free trial limit reached, please upgrade$/,
			hint: /Change the plan in the account of your provider/,
			status: 429,
			accountWide: true,
		},
		{
			name: '500',
			effect: said(500, 'Internal Server Error'),
			says: /^The API cannot serve requests right now \(500\)$/,
			status: 500,
			...outage,
		},
		{
			name: '502, a page',
			effect: response(502, PAGE),
			says: /^The API cannot serve requests right now \(502\)$/,
			status: 502,
			...outage,
		},
		{
			name: '503',
			effect: said(503, 'Service Unavailable. Please try again later.'),
			says: /^The API cannot serve requests right now \(503\)$/,
			status: 503,
			...outage,
		},
		{
			name: '503, a page',
			effect: response(503, PAGE),
			says: /^The API cannot serve requests right now \(503\)$/,
			status: 503,
			...outage,
		},
		{ name: '200, a page', effect: response(200, PAGE), ...unreadable },
		{ name: '200, not an object', effect: response(200, [1]), ...unreadable },
		{ name: '200, broken JSON', effect: { brokenJson: true }, creates: true, ...unreadable },
		{
			name: 'redirect to another origin',
			effect: { redirectTo: `${elsewhere}/v1/stolen` },
			says: /^The API responded with a redirect, which is not followed$/,
			hint: /Check 'Base URL' in the credential: your API key is sent to that URL only/,
			status: 307,
			unsure: true,
		},
	];
}
