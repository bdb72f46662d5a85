/** Why there was no response, as far as Node.js tells. */
export interface NetworkFault {
	/** Node.js's name for it; '' if there is none. */
	code: string;
	/** True when it happened before the first byte of the request was sent. */
	neverSent: boolean;
}

// Faults of DNS, certificate and handshake: no request can have left yet.
const BEFORE_SENDING = new RegExp(
	'^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED' +
		'|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|ERR_TLS_HANDSHAKE_' +
		// Of the many TLS faults, those of the handshake.
		'|ERR_SSL_(WRONG_VERSION|UNSUPPORTED_PROTOCOL|\\w*HANDSHAKE_FAILURE|\\w*PROTOCOL_VERSION))',
);

const HANDSHAKE_WORDS = /handshake|wrong version|unsupported protocol|protocol version/i;

const CONNECT_SYSCALLS = ['connect', 'getaddrinfo'];

/** What Node.js was doing, as it writes at the beginning of its message: "connect ETIMEDOUT 192.0.2.1:443". */
const CONNECTING = /^(connect|getaddrinfo) E/;

/**
 * Whether a request without a response had left n8n, by the phase in which it failed: "read EHOSTUNREACH" comes after it
 * was written, "connect ETIMEDOUT" before.
 */
export function networkFault(error: unknown): NetworkFault {
	const layers: Layer[] = [];
	for (let layer = error; layer instanceof Object && layers.length < 6; ) {
		layers.push(layer);
		layer = (layer as Layer).cause;
	}
	const texts = layers.flatMap(({ code, httpCode }) => [code, httpCode]);
	const code = texts.find((text): text is string => typeof text === 'string') ?? '';
	const isBefore = layers.some(isBeforeSending) && !layers.some(isAfterSending);
	return { code, neverSent: isBefore || layers.some(isConnecting) };
}

/** One of the errors that wrap each other. n8n 1 keeps the code in the place of the status, and the text in a list. */
interface Layer {
	code?: unknown;
	httpCode?: unknown;
	syscall?: unknown;
	message?: unknown;
	messages?: unknown;
	/** Of a connection that was tried at several IP addresses. */
	errors?: unknown;
	cause?: unknown;
}

/** A sign that the request may have left. */
function isAfterSending({ code, syscall }: Layer): boolean {
	return syscall === 'read' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** True when the fault came while connecting, whatever its code. */
function isConnecting({ syscall, message, messages, errors }: Layer): boolean {
	if (CONNECT_SYSCALLS.includes(String(syscall))) return true;
	if (textsOf({ message, messages }).some((text) => CONNECTING.test(text))) return true;
	const parts = Array.isArray(errors) ? errors : [];
	return parts.length > 0 && parts.every((part) => isConnecting(Object(part) as Layer));
}

function isBeforeSending({ code, httpCode, message, messages }: Layer): boolean {
	const codes = [code, httpCode].filter((value) => typeof value === 'string');
	if (codes.some((value) => BEFORE_SENDING.test(value))) return true;
	const isTls = codes.includes('EPROTO');
	return isTls && textsOf({ message, messages }).some((text) => HANDSHAKE_WORDS.test(text));
}

function textsOf({ message, messages }: Layer): string[] {
	return [message, ...(Array.isArray(messages) ? (messages as unknown[]) : [])].map(String);
}
