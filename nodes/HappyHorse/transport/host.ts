/*
 * Which addresses only machines of the same network can reach. It decides whether a provider on the
 * internet can call this n8n or fetch a picture, so in doubt a host counts as public: a wrong "local"
 * would refuse a workflow that works.
 */

const LOCAL_SUFFIXES = ['.local', '.internal', '.localhost'];

/** True when the host (as in `URL.hostname`) can only be reached from the same machine or network. */
export function isLocalHost(hostname: string): boolean {
	const host = hostname.toLowerCase().replace(/\.$/, '');
	if (host.startsWith('[')) return isLocalIpv6(host.slice(1, -1));
	const ipv4 = ipv4Octets(host);
	if (ipv4) return isLocalIpv4(ipv4);
	if (!host.includes('.')) return true;
	return LOCAL_SUFFIXES.some((suffix) => host.endsWith(suffix));
}

// The URL parser has already turned 127.1, 0x7f000001 and 2130706433 into four decimal numbers.
function ipv4Octets(host: string): number[] | undefined {
	if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return undefined;
	return host.split('.').map(Number);
}

function isLocalIpv4([a = 0, b = 0]: number[]): boolean {
	return (
		a === 0 ||
		a === 10 ||
		a === 127 ||
		(a === 100 && b >= 64 && b <= 127) ||
		(a === 169 && b === 254) ||
		(a === 172 && b >= 16 && b <= 31) ||
		(a === 192 && b === 168)
	);
}

function isLocalIpv6(address: string): boolean {
	const groups = ipv6Groups(address);
	const first = groups[0] ?? 0;
	if ((first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80) return true;
	if (groups.slice(0, 5).some((group) => group !== 0)) return false;
	const [, , , , , sixth = 0, seventh = 0, eighth = 0] = groups;
	// ::ffff:a.b.c.d is IPv4 in IPv6 clothes, ::a.b.c.d its older form, which holds :: and ::1 too.
	if (sixth !== 0xffff && sixth !== 0) return false;
	if (sixth === 0 && seventh === 0 && eighth <= 1) return true;
	return isLocalIpv4([seventh >> 8, seventh & 0xff, eighth >> 8, eighth & 0xff]);
}

/**
 * True for an address at which no server of the internet can be: for many at once, reserved, or another address
 * in disguise. Names are never special.
 */
export function isSpecialHost(hostname: string): boolean {
	const host = hostname.toLowerCase().replace(/\.$/, '');
	if (!host.startsWith('[')) return isSpecialIpv4(ipv4Octets(host) ?? []);
	const [first = 0, second = 0, ...rest] = ipv6Groups(host.slice(1, -1));
	// fec0::/10, ff00::/8, and the prefixes of 6to4 and NAT64, which lead to an IPv4 address.
	if (first >= 0xfec0 || first === 0x2002 || (first === 0x64 && second === 0xff9b)) return true;
	const [, , , sixth = 0, seventh = 0, eighth = 0] = rest;
	if (first !== 0 || sixth !== 0xffff) return false;
	return isSpecialIpv4([seventh >> 8, seventh & 0xff, eighth >> 8]);
}

function isSpecialIpv4([a = 0, b = 0, c = 0]: number[]): boolean {
	return a >= 224 || (a === 198 && (b & 0xfe) === 18) || (a === 192 && b === 0 && c === 0);
}

/** The eight groups of an address that the URL parser has written in its shortest form, without dots. */
function ipv6Groups(address: string): number[] {
	const [head = '', tail] = address.split('::');
	const left = head ? head.split(':') : [];
	const right = tail ? tail.split(':') : [];
	const gap = tail === undefined ? 0 : 8 - left.length - right.length;
	return [...left, ...Array<string>(gap).fill('0'), ...right].map((group) => parseInt(group, 16));
}

/** True when a service at `from` can be expected to open an address at `to` (both as in `URL.hostname`). */
export function canReach({ from, to }: { from: string; to: string }): boolean {
	return !isLocalHost(to) || isLocalHost(from);
}
