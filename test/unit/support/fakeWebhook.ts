import type { IHttpRequestOptions, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { receiveWebhook } from '../../../nodes/HappyHorse/waiting/receiveWebhook';
import type { Suspension } from '../../../nodes/HappyHorse/waiting/storedSuspension';
import { textOf } from '../../../nodes/HappyHorse/waiting/storedSuspension';
import { START } from './fakeClock';
import type { FakeResponse, Setup } from './fakeExecution';
import { fakeExecution } from './fakeExecution';
import { VirtualClock } from './virtualClock';

const RESUME_URL = '/webhook-waiting/e1/happy-horse?signature=abc';

let executions = 0;

/** A waiting execution of its own: what is shared within the process must not reach other tests. */
export const nextExecution = () => `e${++executions}`;

export interface WebhookSetup extends Setup {
	suspension?: Suspension | string | null | undefined;
	rawBody?: unknown;
	headers?: Record<string, unknown>;
	/** What n8n says to the check whether the execution still waits; left out, it cannot be reached. */
	stillWaiting?: () => { statusCode: number; body?: unknown };
}

/** The part of n8n that a webhook to a waiting execution sees. */
export function fakeWebhook(setup: WebhookSetup) {
	const execution = fakeExecution(setup);
	const responses: Array<{ status: number; body: Record<string, unknown> }> = [];
	const checks: IHttpRequestOptions[] = [];
	/** Names of the expressions that were evaluated. */
	const expressions: string[] = [];
	const response = {
		headersSent: false,
		status: (status: number) => ({
			json(body: Record<string, unknown>) {
				response.headersSent = true;
				responses.push({ status, body });
			},
		}),
	};
	const { getExecutionCancelSignal: _none, ...rest } = execution.bendable;
	const context = {
		...rest,
		getRequestObject: () => ({
			rawBody: setup.rawBody,
			originalUrl: RESUME_URL,
			...(setup.stillWaiting
				? { socket: { localAddress: '::ffff:127.0.0.1', localPort: 5678 } }
				: {}),
		}),
		getHeaderData: () => setup.headers ?? {},
		getResponseObject: () => response,
		evaluateExpression(expression: string): unknown {
			if (expression === '{{ $execution.resumeUrl }}') {
				return execution.bendable.evaluateExpression(expression);
			}
			expressions.push(expression);
			// An object stands for the text that `suspend` has stored.
			const { suspension } = setup;
			return suspension instanceof Object ? textOf(suspension) : suspension;
		},
		helpers: {
			...rest.helpers,
			httpRequestWithAuthentication: rest.helpers.httpRequestWithAuthentication.bind(
				execution.bendable,
			),
			async httpRequest(options: IHttpRequestOptions) {
				if (!setup.stillWaiting || !options.url.includes(RESUME_URL)) {
					return await rest.helpers.httpRequest(options);
				}
				checks.push(options);
				return setup.stillWaiting();
			},
		},
	};
	return {
		...execution,
		webhook: context as unknown as IWebhookFunctions,
		bendableWebhook: context,
		responses,
		expressions,
		/** The requests of n8n to itself. */
		checks,
	};
}

/** Sends one webhook and gives what came of it. */
export async function receive(setup: WebhookSetup, clock = new VirtualClock()) {
	const fake = fakeWebhook(setup);
	const outcome: IWebhookResponseData = await receiveWebhook(fake.webhook, clock);
	return { ...fake, outcome, response: fake.responses[0], clock };
}

export const bodyOf = (task_id: string, status = 'COMPLETED') =>
	Buffer.from(JSON.stringify({ task_id, status, generated: [] }));

export function suspensionFor(count: number, changes: Partial<Suspension> = {}): Suspension {
	return {
		run: 0,
		toErrorOutput: false,
		endsAt: START + 30 * 60_000,
		outputBy: START + 31 * 60_000,
		finalBefore: [],
		places: Array.from({ length: count }, (_, item) => ({
			awaits: {
				item,
				taskId: `task-${item}`,
				endpoint: 'image-to-video/happy-horse-1',
				videoOutput: { download: false, property: 'data', maxMegabytes: 5 },
			},
		})),
		...changes,
	};
}

export const down = (): FakeResponse => ({ statusCode: 503, body: '{"message":"Unavailable"}' });
