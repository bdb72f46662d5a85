import { gzipSync } from 'node:zlib';

import { n8nFacts } from '../../../n8nFacts';
import type { WebhookCase, Change, Header, FinishedTask } from './signedWebhook';
import { BODY_MARK, signedWebhook, cases, flipped, stamped } from './signedWebhook';
import { webhookBody, messageId, seconds, signatureOf } from './signing';

const ANOTHER = `v1,${'A'.repeat(43)}=`;

const METHODS = ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD'];

/** Another header, or none, in place of one of the three. */
function replaced(name: string, ...headers: Header[]): () => Change {
	return () => ({
		three: (genuine) => genuine.flatMap((own) => (own[0] === name ? headers : [own])),
	});
}

/** One of the headers a second time. */
function doubled(header: Header, where?: 'in front'): () => Change {
	return () => ({ three: (genuine) => (where ? [header, ...genuine] : [...genuine, header]) });
}

/** An ID for which the signature holds characters that base64url writes in another way. */
function tellingId({ taskId, secret }: FinishedTask, timestamp: string): string {
	for (;;) {
		const id = messageId();
		const body = webhookBody(taskId, { note: BODY_MARK });
		if (/[+/]/.test(signatureOf({ key: secret, id, timestamp, body }))) return id;
	}
}

function multipart({ taskId }: FinishedTask): Change {
	const field = (name: string, value: string) =>
		`--xyz\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
	const body = `${field('task_id', taskId)}${field('status', 'COMPLETED')}--xyz--\r\n`;
	return { body, type: 'multipart/form-data; boundary=xyz' };
}

/** Webhooks that must start nothing. */
export const REJECTED: WebhookCase[] = [
	...cases('W02', 401, { 'without webhook-id': replaced('webhook-id') }),
	...cases('W03', 401, { 'without webhook-timestamp': replaced('webhook-timestamp') }),
	...cases('W04', 401, { 'without webhook-signature': replaced('webhook-signature') }),
	...cases('W02 W03 W04', 401, { 'without any of the three': () => ({ three: () => [] }) }),
	...cases('W05', 401, {
		'webhook-id empty': replaced('webhook-id', ['webhook-id', '']),
		'webhook-timestamp empty': replaced('webhook-timestamp', ['webhook-timestamp', '']),
		'webhook-signature empty': replaced('webhook-signature', ['webhook-signature', '']),
	}),
	...cases('W07', 401, {
		'two lines of webhook-id': doubled(['webhook-id', 'msg_other']),
		'two case variants of webhook-id': doubled(['Webhook-Id', 'msg_other'], 'in front'),
		'two case variants of webhook-timestamp': doubled(['WEBHOOK-TIMESTAMP', '1614265330']),
		'two lines of webhook-signature': doubled(['webhook-signature', ANOTHER]),
		'two case variants of webhook-signature': doubled(['Webhook-Signature', ANOTHER], 'in front'),
	}),
	...cases('W08', 401, { 'a word as timestamp': stamped(() => 'hello') }),
	...cases('W09', 401, { 'a fraction as timestamp': stamped(() => `${seconds()}.0`) }),
	...cases('W10', 401, { 'a negative timestamp': stamped(() => '-1') }),
	...cases('W11', 401, {
		'trailing junk, signed': stamped(() => `${seconds()}x`),
		'a space inside, signed': stamped(() => String(seconds()).replace(/^(....)/, '$1 ')),
		'a plus sign, signed': stamped(() => `+${seconds()}`),
		'hexadecimal, signed': stamped(() => `0x${seconds().toString(16)}`),
		'an exponent, signed': stamped(() => `${seconds() / 1e9}e9`),
		'Arabic digits, signed': stamped(() =>
			String(seconds()).replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))),
		),
		'14 digits, signed': stamped(() => `${seconds()}0000`),
		'leading zeros up to 14 digits, signed': stamped(() => String(seconds()).padStart(14, '0')),
	}),
	...cases('W12', 401, {
		'milliseconds of 301 s ago': stamped(() => String(Date.now() - 301_000)),
		'milliseconds of in 6 minutes': stamped(() => String(Date.now() + 360_000)),
		'10 digits are seconds': stamped(() => '1614265330'),
	}),
	...cases('W13', 401, { '301 s ago': stamped(() => String(seconds(-301))) }),
	...cases('W14', 401, { 'well over 300 s ahead': stamped(() => String(seconds(320))) }),
	...cases('W15', 401, {
		'another timestamp than the signed one': () => ({
			timestamp: String(seconds(-5)),
			sentTimestamp: String(seconds()),
		}),
		'an old message with a new timestamp': () => ({
			timestamp: String(seconds(-4000)),
			sentTimestamp: String(seconds()),
		}),
	}),
	...cases('W16', 401, { 'another ID than the signed one': () => ({ sentId: messageId() }) }),
	...cases('W17', 401, {
		'one byte of the body changed': ({ taskId }) => ({
			sentBody: Buffer.from(webhookBody(taskId, { note: flipped(BODY_MARK) })),
		}),
		're-serialised JSON': ({ taskId }) => {
			const body = webhookBody(taskId, { note: 'a/b' });
			return { body, sentBody: Buffer.from(JSON.stringify(JSON.parse(body))) };
		},
		'CRLF for LF': ({ taskId }) => {
			const body = JSON.stringify(JSON.parse(webhookBody(taskId)), null, 1);
			return { body, sentBody: Buffer.from(body.replace(/\n/g, '\r\n')) };
		},
		'a newline added': ({ taskId }) => ({
			body: webhookBody(taskId),
			sentBody: Buffer.from(`${webhookBody(taskId)}\n`),
		}),
	}),
	...cases('W18', 401, {
		'a wrong signature of the right length': () => ({ header: (good) => `v1,${flipped(good)}` }),
	}),
	...cases('W19', 401, {
		'a longer signature': () => ({ header: (good) => `v1,${good}A` }),
		'a long one': () => ({ header: (good) => `v1,${good.repeat(20)}` }),
		hexadecimal: () => ({ header: (good) => `v1,${Buffer.from(good, 'base64').toString('hex')}` }),
	}),
	...cases('W20', 401, {
		'the first 8 characters only': () => ({ header: (good) => `v1,${good.slice(0, 8)}` }),
		'a version and a comma': () => ({ header: () => 'v1,' }),
		'a version alone': () => ({ header: () => 'v1' }),
	}),
	...cases('W21', 401, {
		'no version': () => ({ header: (good) => good }),
		'an empty version': () => ({ header: (good) => `,${good}` }),
		'an equals sign for the comma': () => ({ header: (good) => `v1=${good}` }),
	}),
	...cases('W23', 401, {
		'several signatures, none good': () => ({
			header: (good) => [1, 2, 3].map((n) => `v${n},${flipped(good)}`).join(' '),
		}),
	}),
	...cases('W26', 401, {
		'v0 alone': () => ({ header: (good) => `v0,${good}` }),
		'v1a alone': () => ({ header: (good) => `v1a,${good}` }),
	}),
	...cases('W27', 401, {
		'a tab between two': () => ({ header: (good) => `v1,${flipped(good)}\tv1,${good}` }),
	}),
	...cases('W28', 401, {
		'the base64url alphabet': (task) => {
			const timestamp = String(seconds());
			return {
				id: tellingId(task, timestamp),
				timestamp,
				header: (good) => `v1,${good.replace(/\+/g, '-').replace(/\//g, '_')}`,
			};
		},
		'no padding': () => ({ header: (good) => `v1,${good.replace(/=+$/, '')}` }),
	}),
	...cases('W29', 401, {
		'a third field': () => ({ header: (good) => `v1,${good},extra` }),
		'entries joined by a comma': () => ({ header: (good) => `v1,${flipped(good)}, v1,${good}` }),
	}),
	...cases('W30', 401, {
		'the longest header that comes through, the good one last': () => ({
			header: (good) => `${`v1,${flipped(good)} `.repeat(200)}v1,${good}`,
		}),
	}),
	// Node.js itself responds to these: it takes 16 KiB of headers. It hangs up while more are on their way, so the response
	// may be lost.
	...cases('W30', [431, 0], {
		'10,000 signatures': () => ({
			header: (good) => `${`v1,${flipped(good)} `.repeat(9999)}v1,${good}`,
		}),
		'a megabyte': () => ({ header: (good) => `v1,${good} v1,${'A'.repeat(1024 * 1024)}` }),
	}),
	...cases('W31', 401, {
		'another secret': () => ({ key: 'another secret' }),
		'the secret with a blank': ({ secret }) => ({ key: `${secret} ` }),
		'the empty key': () => ({ key: '' }),
	}),
	...cases('W32', 401, {
		'two retired secrets': () => ({
			key: 'retired',
			header: (good) => `v1,${good} v2,${flipped(good)}`,
		}),
	}),
	...cases('W40', 400, {
		'not UTF-8, signed': ({ taskId }) => {
			const [head = '', tail = ''] = webhookBody(taskId, { note: '|' }).split('|');
			return {
				body: Buffer.concat([Buffer.from(head), Buffer.from([0xff, 0xfe]), Buffer.from(tail)]),
			};
		},
		'an overlong form, signed': ({ taskId }) => {
			const [head = '', tail = ''] = webhookBody(taskId, { note: '|' }).split('|');
			return {
				body: Buffer.concat([Buffer.from(head), Buffer.from([0xc1, 0xa1]), Buffer.from(tail)]),
			};
		},
	}),
	...cases('W41', n8nFacts.parsesByteOrderMark ? 400 : 422, {
		'a byte order mark, signed': ({ taskId }) => ({ body: `\ufeff${webhookBody(taskId)}` }),
	}),
	...cases('W42', 400, { 'an empty body, signed': () => ({ body: '' }) }),
	...cases(
		'W43',
		400,
		Object.fromEntries(
			[
				'[]',
				'null',
				'"x"',
				'1',
				'{}',
				'{"status":"COMPLETED"}',
				'{"task_id":7,"status":"COMPLETED"}',
			].map((body) => [`${body}, signed`, () => ({ body })]),
		),
	),
	...cases('W43', 400, {
		'no status, signed': ({ taskId }) => ({ body: JSON.stringify({ task_id: taskId }) }),
		'a task ID that is a path, signed': ({ taskId }) => ({ body: webhookBody(`../${taskId}`) }),
	}),
	...cases('W43', 200, {
		'an unknown status, signed': ({ taskId }) => ({
			body: webhookBody(taskId, { status: 'DREAMING' }),
		}),
	}),
	...cases('W44', 413, {
		'over a megabyte, signed': ({ taskId }) => ({
			body: webhookBody(taskId, { more: 'x'.repeat(1024 * 1024) }),
		}),
	}),
	// n8n stops to read and responds to these itself, the first with most of it still on its way: as above, the response may be
	// lost.
	...cases('W44', [413, 500, 0], {
		'over 16 megabytes': ({ taskId }) => ({
			body: webhookBody(taskId, { more: 'x'.repeat(17 * 1024 * 1024) }),
		}),
	}),
	...cases('W44', [413, 500], {
		'a gzip bomb': ({ taskId }) => {
			const body = webhookBody(taskId, { more: 'x'.repeat(64 * 1024 * 1024) });
			return { body, sentBody: gzipSync(body), more: [['content-encoding', 'gzip']] };
		},
	}),
	...cases('W44', 401, {
		'over a megabyte, not signed': ({ taskId }) => ({
			body: webhookBody(taskId, { more: 'x'.repeat(1024 * 1024) }),
			header: (good) => `v1,${flipped(good)}`,
		}),
		'gzip, with the packed bytes signed': ({ taskId }) => {
			const body = gzipSync(webhookBody(taskId));
			return { body, more: [['content-encoding', 'gzip']] };
		},
	}),
	...cases('W45', 422, {
		// n8n's own parser rejects it before the node runs.
		'JSON that claims to be UTF-16': () => ({ type: 'application/json; charset=utf-16le' }),
	}),
	...cases('W48', 422, {
		'broken JSON, signed': ({ taskId }) => ({ body: webhookBody(taskId).slice(0, -2) }),
	}),
	...cases('dot shift', 401, {
		'a piece of the body moved into the timestamp': ({ taskId, secret }) => {
			// The same signed text, cut at other dots: id "msg_1", timestamp "1.<number>".
			const timestamp = String(seconds());
			const body = webhookBody(taskId);
			const signature = signatureOf({ key: secret, id: 'msg_1.1', timestamp, body });
			return {
				sentId: 'msg_1',
				sentTimestamp: `1.${timestamp}`,
				sentBody: Buffer.from(body),
				header: () => `v1,${signature}`,
			};
		},
		'a piece of the timestamp moved into the body': ({ taskId, secret }) => {
			const timestamp = String(seconds());
			const body = `x.${webhookBody(taskId)}`;
			const signature = signatureOf({ key: secret, id: 'msg_1', timestamp, body });
			return {
				sentId: `msg_1.${timestamp}`,
				sentTimestamp: 'x',
				sentBody: Buffer.from(webhookBody(taskId)),
				header: () => `v1,${signature}`,
			};
		},
	}),
	...cases('prototype', 400, {
		'a task inside __proto__, signed': ({ taskId }) => ({
			body: `{"__proto__":${webhookBody(taskId)},"status":"COMPLETED"}`,
		}),
	}),
	...METHODS.map(
		(method): WebhookCase => ({
			title: `W47: ${method}, signed`,
			status: 404,
			send: (task) => ({ ...signedWebhook(task), method }),
		}),
	),
	...cases('W46', 401, {
		'a multipart form, signed': multipart,
		'multipart that is none': () => ({
			type: 'multipart/mixed; boundary=y',
			header: (good) => `v1,${flipped(good)}`,
		}),
	}),
];
