import { endpoints, ENDPOINT_NAMES, type EndpointName } from './endpoints';
import base from './openapi.json';

/** The responses that any endpoint can give besides its own. */
const ERRORS = { 401: 'Unauthorized', 500: 'ServerError', 503: 'Unavailable' };

/** The OpenAPI document of the sandbox: the fixed part and three operations for each endpoint. */
export const document = {
	...base,
	paths: { ...Object.assign({}, ...ENDPOINT_NAMES.map(pathsOf)), ...base.paths },
} as typeof base & { paths: Record<string, unknown> };

function pathsOf(name: EndpointName) {
	const schema = endpoints[name].body;
	const path = `/v1/ai/${name}`;
	return {
		[path]: {
			post: {
				operationId: `create:${name}`,
				summary: `Create a video with ${name}`,
				requestBody: { required: true, content: { 'application/json': { schema } } },
				responses: responses({ 200: 'Task', 400: 'BadRequest' }),
			},
			get: {
				operationId: `list:${name}`,
				summary: `List the tasks of ${name}`,
				responses: responses({ 200: 'TaskList', 404: 'NotFound' }),
			},
		},
		[`${path}/{task-id}`]: {
			get: {
				operationId: `get:${name}`,
				summary: `Read one task of ${name}`,
				parameters: [{ $ref: '#/components/parameters/TaskId' }],
				responses: responses({ 200: 'Task', 404: 'NotFound' }),
			},
		},
	};
}

function responses(own: Record<number, string>) {
	const entries = Object.entries({ ...own, ...ERRORS });
	return Object.fromEntries(
		entries.map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }]),
	);
}
