/*
 * Which hosts only machines of the same network can reach. This decides whether a provider on the
 * internet can send webhooks to this n8n or fetch an image. In doubt a host counts as public: a wrong
 * "local" would reject a workflow that works.
 */

const LOCAL_SUFFIXES = [
	'.local',
	'.internal',
	'.localhost',
	// Names of home and office networks and of tests: no public name ends like that.
	'.lan',
	'.home',
	'.home.arpa',
	'.fritz.box',
	'.test',
];

/** True when the host (as in `URL.hostname`) can only be reached from the same machine or network. */
export function isLocalHost(hostname: string): boolean {
	const host = hostname.toLowerCase().replace(/\.$/, '');
	const ipv4 = ipv4Octets(host);
	if (ipv4) return isLocalIpv4(ipv4);
	if (host.startsWith('[')) return isLocalIpv6(host);
	if (!host.includes('.')) return true;
	return host === 'fritz.box' || LOCAL_SUFFIXES.some((suffix) => host.endsWith(suffix));
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

function isLocalIpv6(host: string): boolean {
	const [first = 0] = ipv6Groups(host);
	return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80;
}

/**
 * True for an IP address (as in `URL.hostname`) that no server on the internet can have: multicast, reserved, or a
 * disguised IPv4 address. Names are never special.
 */
export function isSpecialHost(hostname: string): boolean {
	const ipv4 = ipv4Octets(hostname);
	if (ipv4) return isSpecialIpv4(ipv4);
	if (!hostname.startsWith('[')) return false;
	const [first = 0, second = 0] = ipv6Groups(hostname);
	// fec0::/10, ff00::/8, and the prefixes of 6to4 and NAT64, which lead to an IPv4 address.
	return first >= 0xfec0 || first === 0x2002 || (first === 0x64 && second === 0xff9b);
}

function isSpecialIpv4([a = 0, b = 0, c = 0]: number[]): boolean {
	return a >= 224 || (a === 198 && (b & 0xfe) === 18) || (a === 192 && b === 0 && c === 0);
}

/** The first three numbers of an IPv4 address, also of one mapped to IPv6; `undefined` for any other host. */
function ipv4Octets(host: string): number[] | undefined {
	if (!host.startsWith('[')) {
		// The URL parser has already turned 127.1, 0x7f000001 and 2130706433 into four decimal numbers, and takes
		// no name that ends in a number.
		return /\.\d+$/.test(host) ? host.split('.').map(Number) : undefined;
	}
	const groups = ipv6Groups(host);
	if (groups.slice(0, 5).some((group) => group !== 0)) return undefined;
	const [sixth = 0, seventh = 0, eighth = 0] = groups.slice(5);
	// ::ffff:a.b.c.d, or its older form ::a.b.c.d, in which :: and ::1 are 0.0.0.0 and 0.0.0.1.
	if (sixth !== 0xffff && sixth !== 0) return undefined;
	return [seventh >> 8, seventh & 0xff, eighth >> 8];
}

/** The eight groups of an IPv6 address, which the URL parser has written in its shortest form, without dots. */
function ipv6Groups(host: string): number[] {
	// An empty side of the :: counts as one zero group, since the :: replaces at least two.
	const [head = [], tail = []] = host
		.slice(1, -1)
		.split('::')
		.map((side) => side.split(':').map((group) => parseInt(group || '0', 16)));
	return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** True when a service at `from` can be expected to open a URL at `to` (both as in `URL.hostname`). */
export function canReach({ from, to }: { from: string; to: string }): boolean {
	return !isLocalHost(to) || isLocalHost(from);
}
