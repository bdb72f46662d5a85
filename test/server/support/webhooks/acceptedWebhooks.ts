import { gzipSync } from 'node:zlib';

import type { WebhookCase } from './signedWebhook';
import { cases, flipped, stamped } from './signedWebhook';
import { webhookBody, messageId, seconds } from './signing';

const TEXT = 'Grüße, ½ €, 馬が走る, 🐴, \u0001 \\ "quoted" a/b';

/** Webhooks that each start one execution. */
export const ACCEPTED_WEBHOOKS: WebhookCase[] = [
	...cases('W01', 200, { 'as the provider sends it': () => ({}) }),
	...cases('W06', 200, {
		'header names in mixed case': () => ({
			three: (genuine) => {
				const names = ['Webhook-ID', 'WEBHOOK-TIMESTAMP', 'wEbHoOk-sIgNaTuRe'];
				return genuine.map(([, value], index) => [names[index]!, value]);
			},
		}),
	}),
	...cases('W12', 200, {
		milliseconds: stamped(() => String(Date.now())),
		'milliseconds of 4 minutes ago': stamped(() => String(Date.now() - 240_000)),
	}),
	// Not to the second: a webhook takes time.
	...cases('W13', 200, { 'almost 300 s ago': stamped(() => String(seconds(-285))) }),
	...cases('W14', 200, { '300 s ahead': stamped(() => String(seconds(300))) }),
	...cases('W22', 200, {
		'the good one first': () => ({
			header: (good) => `v1,${good} v1,${flipped(good)} v2,${flipped(good)}`,
		}),
		'the good one in the middle': () => ({
			header: (good) => `v1,${flipped(good)} v1,${good} v2,${flipped(good)}`,
		}),
		'the good one last': () => ({
			header: (good) => `v1,${flipped(good)} v2,${flipped(good)} v1,${good}`,
		}),
	}),
	...cases('W24', 200, { 'v2 alone': () => ({ header: (good) => `v2,${good}` }) }),
	...cases('W25', 200, {
		'v1a beside it': () => ({ header: (good) => `v1a,${flipped(good)} v1,${good}` }),
	}),
	...cases('W27', 200, {
		'several spaces between': () => ({ header: (good) => `v1,${flipped(good)}   v1,${good}` }),
		'spaces around': () => ({ header: (good) => `  v1,${good}  ` }),
	}),
	...cases('W32', 200, {
		'v1 by a retired secret, v2 by ours': () => ({
			header: (good) => `v1,${flipped(good)} v2,${good}`,
		}),
		'v1 by ours, v2 by the next': () => ({ header: (good) => `v1,${good} v2,${flipped(good)}` }),
	}),
	...cases('W38', 200, {
		'any letter in the body': ({ taskId }) => ({ body: webhookBody(taskId, { note: TEXT }) }),
	}),
	...cases('W39', 200, {
		'an emoji cut in two on its way': ({ taskId }) => {
			const body = Buffer.from(webhookBody(taskId, { note: '🐴' }));
			const cut = body.indexOf(Buffer.from('🐴')) + 2;
			return { body, sentBody: [body.subarray(0, cut), body.subarray(cut)] };
		},
	}),
	...cases('W43', 200, {
		'the wrapped form': ({ taskId }) => ({ body: `{"data":${webhookBody(taskId)}}` }),
	}),
	...cases('W44', 200, {
		gzip: ({ taskId }) => {
			const body = webhookBody(taskId);
			return { body, sentBody: gzipSync(body), more: [['content-encoding', 'gzip']] };
		},
		'almost a megabyte': ({ taskId }) => ({
			body: webhookBody(taskId, { more: 'x'.repeat(1024 * 1024 - 200) }),
		}),
	}),
	...cases('W45', 200, {
		'no content type': () => ({ type: null }),
		'text/plain': () => ({ type: 'text/plain' }),
		'application/octet-stream': () => ({ type: 'application/octet-stream' }),
		'octet-stream that claims to be UTF-16': () => ({
			type: 'application/octet-stream; charset=utf-16le',
		}),
		'a form that is none': () => ({ type: 'application/x-www-form-urlencoded' }),
	}),
	...cases('an ID with a dot', 200, { 'msg.1': () => ({ id: `msg.${messageId()}` }) }),
	...cases('prototype', 200, {
		'__proto__ beside the task': ({ taskId }) => ({
			body: webhookBody(taskId).replace(
				'{',
				'{"__proto__":{"polluted":"yes"},"constructor":{"a":1},',
			),
		}),
	}),
];
