import { canReach, isLocalHost } from '../../../nodes/HappyHorse/transport/host';

const hostname = (host: string) => new URL(`http://${host}/`).hostname;

it.each([
	'localhost',
	'LOCALHOST',
	'localhost.',
	'x.localhost',
	'n8n',
	'n8n.',
	'printer.local',
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
	'[fe80::1]',
	'[febf::1]',
	'[fc00::1]',
	'[fdff::1]',
	'[::ffff:127.0.0.1]',
	'[::ffff:10.0.0.1]',
	'[::ffff:c0a8:1]',
	'[::127.0.0.1]',
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
	'[2606:4700::1111]',
	'[fec0::1]',
	'[fbff::1]',
	'[::ffff:8.8.8.8]',
	'[::2:0:0:1]',
])('%s can be reached from everywhere', (host) => {
	expect(isLocalHost(hostname(host))).toBe(false);
});

it.each([
	['api.magnific.com', 'n8n.example.com', true],
	['api.magnific.com', 'localhost', false],
	['127.0.0.1', 'localhost', true],
	['127.0.0.1', 'n8n.example.com', true],
])('from %s to %s: %p', (from, to, wanted) => {
	expect(canReach({ from, to })).toBe(wanted);
});
