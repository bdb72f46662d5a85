import { canReach, isLocalHost, isSpecialHost } from '../../../nodes/HappyHorse/http/localHosts';

const hostname = (host: string) => new URL(`http://${host}/`).hostname;

it.each([
	'localhost',
	'LOCALHOST',
	'localhost.',
	'x.localhost',
	'n8n',
	'n8n.',
	'printer.local',
	'nas.lan',
	'n8n.home',
	'n8n.home.arpa',
	'n8n.test',
	'fritz.box',
	'n8n.fritz.box',
	'a.b.internal',
	'a.internal.',
	'127.0.0.1',
	'127.1',
	'127.0.0.1.',
	'0x7f000001',
	'0177.0.0.1',
	'2130706433',
	'0',
	'0.0.0.0',
	'10.0.0.1',
	'10.255.255.255',
	'172.16.0.1',
	'172.31.255.255',
	'192.168.0.1',
	'169.254.169.254',
	'100.64.0.1',
	'100.127.255.255',
	'[::1]',
	'[::]',
	'[fe80::]',
	'[fe80::1]',
	'[fe80:0:0:1:2:3:4:5]',
	'[febf::1]',
	'[fc00::1]',
	'[fdff::1]',
	'[::ffff:127.0.0.1]',
	'[::ffff:10.0.0.1]',
	'[::ffff:172.16.0.1]',
	'[::ffff:c0a8:1]',
	'[::ffff:0.0.0.0]',
	'[::127.0.0.1]',
	'[::10.0.0.1]',
])('%s can only be reached from near', (host) => {
	expect(isLocalHost(hostname(host))).toBe(true);
});

it.each([
	'example.com',
	'example.com.',
	'api.magnific.com',
	'local.example.com',
	'localhost.example.com',
	'internal.io',
	'mylocal.de',
	'10.0.0.1.example.com',
	'127.0.0.1.nip.io',
	'8.8.8.8',
	'11.0.0.1',
	'9.255.255.255',
	'172.15.255.255',
	'172.32.0.1',
	'192.167.0.1',
	'192.169.0.1',
	'169.253.0.1',
	'100.63.255.255',
	'100.128.0.1',
	'128.0.0.1',
	'1.1.1.1',
	'[2001:db8::1]',
	'[2001:db8::]',
	'[2606:4700::1111]',
	'[2606:4700:1:2:3:4:5:6]',
	'[fe7f::1]',
	'[fec0::1]',
	'[fbff::1]',
	'[fe00::1]',
	'[::ffff:8.8.8.8]',
	'[::8.8.8.8]',
	'[::2:0:0:1]',
	'[::1:7f00:1]',
	'[1::ffff:7f00:1]',
])('%s can be reached from everywhere', (host) => {
	expect(isLocalHost(hostname(host))).toBe(false);
});

it.each([
	['172.16.0.1 to 172.31.255.255', '8.16.0.1'],
	['100.64.0.1 to 100.127.255.255', '8.100.0.1'],
	['169.254.x.x', '8.254.0.1'],
	['192.168.x.x', '8.168.0.1'],
])('of %s both numbers count: %s can be reached from everywhere', (_, host) => {
	expect(isLocalHost(host)).toBe(false);
});

it.each([
	['for many at once', '224.0.0.1'],
	['for many at once', '239.255.255.250'],
	['reserved', '240.0.0.1'],
	['for everyone', '255.255.255.255'],
	['for measuring', '198.18.0.1'],
	['for measuring', '198.19.255.255'],
	['for protocols', '192.0.0.1'],
	['for protocols', '192.0.0.255'],
	['of a site, long given up', '[fec0::1]'],
	['for many at once', '[ff02::1]'],
	['for everyone near', '[ff02::]'],
	['that leads to 127.0.0.1 by 6to4', '[2002:7f00:1::1]'],
	['that leads to 127.0.0.1 by NAT64', '[64:ff9b::127.0.0.1]'],
	['that leads to a NAT64 of its own', '[64:ff9b:1::1]'],
	['that is 224.0.0.1 in disguise', '[::ffff:224.0.0.1]'],
	['that is 224.0.0.1 in older disguise', '[::224.0.0.1]'],
	['that is 198.19.0.1 in disguise', '[::ffff:198.19.0.1]'],
	['that is 192.0.0.1 in disguise', '[::ffff:192.0.0.1]'],
])('no server of the internet is at an IP address %s: %s', (_, host) => {
	expect(isSpecialHost(hostname(host))).toBe(true);
});

it.each([
	'example.com',
	'224.0.0.1.example.com',
	'xff02.example.com',
	'x2002.example.com',
	'n8n',
	'8.8.8.8',
	'8.18.0.1',
	'8.0.0.1',
	'223.255.255.255',
	'198.17.0.1',
	'198.20.0.1',
	'192.0.1.1',
	'192.1.0.1',
	'193.0.0.1',
	'127.0.0.1',
	'[::1]',
	'[fe80::1]',
	'[2001:db8::1]',
	'[2003::1]',
	'[2606:4700::1111]',
	'[64::1]',
	'[65:ff9b::1]',
	'[::2:e000:1]',
	'[2606::ffff:224.0.0.1]',
	'[::ffff:8.8.8.8]',
	'[::ffff:192.0.2.1]',
])('a server can be at %s', (host) => {
	expect(isSpecialHost(hostname(host))).toBe(false);
});

it.each([
	['api.magnific.com', 'n8n.example.com', true],
	['api.magnific.com', 'localhost', false],
	['127.0.0.1', 'localhost', true],
	['127.0.0.1', 'n8n.example.com', true],
])('from %s to %s: %p', (from, to, wanted) => {
	expect(canReach({ from, to })).toBe(wanted);
});
