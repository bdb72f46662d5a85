import { signedIn } from './googleLogin';
import type { OutsideService } from './services';

export interface Mail {
	to: string;
	subject: string;
	text: string;
}

export interface Gmail extends OutsideService {
	sent: Mail[];
}

/** Gmail API v1, as far as sending a plain text goes. */
export function gmail(): Gmail {
	const sent: Mail[] = [];
	return {
		hosts: ['www.googleapis.com'],
		sent,
		routes(app) {
			app.post<{ Body: { raw: string } }>(
				'/gmail/v1/users/me/messages/send',
				{ preHandler: signedIn },
				({ body }) => {
					sent.push(parse(Buffer.from(body.raw, 'base64url').toString()));
					return { id: `mail-${sent.length}`, threadId: 'thread', labelIds: ['SENT'] };
				},
			);
		},
	};
}

function parse(raw: string): Mail {
	const end = raw.indexOf('\r\n\r\n');
	const head = raw.slice(0, end).replace(/\r\n[ \t]+/g, ' ');
	const header = (name: string) =>
		new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
	const body = raw.slice(end + 4);
	const isQuoted = header('Content-Transfer-Encoding') === 'quoted-printable';
	return {
		to: header('To'),
		subject: header('Subject'),
		text: (isQuoted ? unquoted(body) : body).replaceAll('\r\n', '\n').trim(),
	};
}

/** Quoted-printable: `=3D` is a byte, and `=` at the end of a line continues it. */
function unquoted(text: string): string {
	const bytes = text
		.replace(/=\r\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString();
}
