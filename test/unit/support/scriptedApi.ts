import { MostRecentlyUsed } from '../../../nodes/HappyHorse/concurrency/mostRecentlyUsed';
import { RateLimiter } from '../../../nodes/HappyHorse/concurrency/rateLimiter';
import { SingleFlight } from '../../../nodes/HappyHorse/concurrency/singleFlight';
import type { Api, ApiRequest } from '../../../nodes/HappyHorse/http/apiClient';
import { ApiError } from '../../../nodes/HappyHorse/http/apiError';
import { providerFrom } from '../../../nodes/HappyHorse/http/provider';

export const ID = '046b6c7f-0b8a-43b9-b35d-6489e6daee91';

export const LIST_PATH = '/v1/ai/image-to-video/happy-horse-1';

export const videoAt = (id: string) =>
	`https://cdn.example.com/${id}.mp4?token=exp=1990000000~hmac=aa`;

/** An Api without a limit, with what it is given in the place of the network. */
export function apiThat(
	send: (request: ApiRequest) => Promise<unknown>,
	changes: Partial<Api> = {},
): Api {
	return {
		provider: providerFrom({ provider: 'magnific', apiKey: 'key-of-the-test' }),
		account: {
			limiter: new RateLimiter(),
			lists: new SingleFlight(0),
			latestEndpoints: new MostRecentlyUsed(),
		},
		async takeTicket() {
			let open = true;
			return { use: () => open && !(open = false), giveBack: () => void (open = false) };
		},
		async send({ ticket, ...request }) {
			ticket?.use();
			return await send(request);
		},
		...changes,
	};
}

/** An Api that responds by a function and records what was sent. */
export function scriptedApi(
	respond: (request: ApiRequest, index: number) => unknown,
	changes: Partial<Api> = {},
) {
	const sent: ApiRequest[] = [];
	const api = apiThat(async (request) => {
		sent.push(structuredClone(request));
		return await respond(request, sent.length - 1);
	}, changes);
	const count = (purpose: ApiRequest['purpose']) =>
		sent.filter((request) => request.purpose === purpose).length;
	return { api, sent, count };
}

export type Listed = Record<string, string>;

/** Responds to lists and reads for tasks whose statuses are given by ID. */
export function taskApi(statuses: () => Listed, listed: () => Listed = statuses) {
	return scriptedApi(({ purpose, path }) => {
		if (purpose === 'list') {
			return { data: Object.entries(listed()).map(([task_id, status]) => ({ task_id, status })) };
		}
		const task_id = path.slice(path.lastIndexOf('/') + 1);
		const status = statuses()[task_id];
		if (status === undefined) throw notFound();
		const generated = status === 'COMPLETED' ? [videoAt(task_id)] : [];
		return { data: { task_id, status, generated } };
	});
}

export function notFound(): ApiError {
	return new ApiError('There is no such task', { hint: 'Check', statusCode: 404 });
}

export function outage(retryAfterMs?: number): ApiError {
	return new ApiError('The API cannot serve requests right now', {
		hint: 'Later',
		statusCode: retryAfterMs === undefined ? 503 : 429,
		retryable: true,
		kind: retryAfterMs === undefined ? 'unclear' : 'rate-limited',
		...(retryAfterMs === undefined ? {} : { cause: { cause: 'rate-limited', retryAfterMs } }),
	});
}

export function keyRejected(): ApiError {
	return new ApiError('The API key was not accepted', { hint: 'Paste it', statusCode: 401 });
}
