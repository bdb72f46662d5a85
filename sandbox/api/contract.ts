import { OpenAPIBackend, type Context, type Document } from 'openapi-backend';
import type { FastifyRequest } from 'fastify';
import { message, problem, type ApiResponse, type InvalidParam } from './response';
import { document } from './document';
import type { SandboxSettings } from './wire';

/** Does one operation; it runs only with a good key and a valid request. */
export type Operation = (
	context: Context,
	request: FastifyRequest,
) => Promise<ApiResponse> | ApiResponse;

export interface ContractParts {
	settings: SandboxSettings;
	/** the account that a request belongs to, or undefined for a missing or wrong key */
	accountOf: (request: FastifyRequest) => string | undefined;
	operations: Record<string, Operation>;
}

/** The router and validator made from the OpenAPI document: key first, then the request. */
export async function createContract(parts: ContractParts): Promise<OpenAPIBackend> {
	const contract = new OpenAPIBackend({
		definition: document as unknown as Document,
		strict: true,
		// Skips the check of the document itself, which takes most of a second; a test makes it.
		quick: true,
		ajvOpts: { allErrors: true, strict: false, logger: false },
		customizeAjv: (ajv) => ajv.addFormat('uri', isWebUrl),
		securityHandlers: {
			apiKey: (_context, request: FastifyRequest) => parts.accountOf(request) !== undefined,
		},
		handlers: {
			...parts.operations,
			notFound: () => message(404, 'Not found'),
			unauthorizedHandler: (_context, request: FastifyRequest) =>
				message(401, hasKey(request) ? 'Invalid API key' : 'Missing API key'),
			validationFail: ({ validation }) =>
				problem((validation.errors ?? []).map(invalidParam), parts.settings.problemForm),
		},
	});
	await contract.init();
	return contract;

	function hasKey(request: FastifyRequest): boolean {
		return keyHeader(request, parts.settings) !== null;
	}
}

/** Name of the header that brings the API key, or null; the legacy one only counts if accepted. */
export function keyHeader(
	{ headers }: Pick<FastifyRequest, 'headers'>,
	{ legacy }: Pick<SandboxSettings, 'legacy'>,
): string | null {
	const names = legacy ? ['x-magnific-api-key', 'x-freepik-api-key'] : ['x-magnific-api-key'];
	return names.find((name) => (headers[name] ?? '') !== '') ?? null;
}

function isWebUrl(text: string): boolean {
	return /^https?:\/\/[^\s]+$/i.test(text) && URL.canParse(text);
}

type ValidationError = NonNullable<Context['validation']['errors']>[number];

function invalidParam(error: ValidationError): InvalidParam {
	const { instancePath, keyword, params, message: text } = error;
	const parts = instancePath.split('/').slice(2);
	if (keyword === 'required') parts.push(String(params['missingProperty']));
	if (keyword === 'additionalProperties') parts.push(String(params['additionalProperty']));
	const name = parts.join('.').replace(/^requestBody$/, '');
	if (name === '') {
		return { name: 'body', reason: 'must be a JSON object, sent as application/json' };
	}
	const allowed = keyword === 'enum' ? `: ${String(params['allowedValues'])}` : '';
	return { name, reason: `${text ?? keyword}${allowed}` };
}
