// Loaded with `--require` into n8n, after publicNames.cjs: the name rebound.happy-horse.example leads to a public
// IP address when it is looked at (`dns.promises`), and to this computer when it is opened (`dns.lookup`). What is
// sent to the public IP address comes out at the port that REBOUND_PORTS names for the one that was requested.
const dns = require('node:dns');
const net = require('node:net');
const { syncBuiltinESMExports } = require('node:module');

const NAME = 'rebound.happy-horse.example';
const PUBLIC = { address: '93.184.216.34', family: 4 };
const ports = JSON.parse(process.env.REBOUND_PORTS ?? '{}');

const { lookup } = dns.promises;
dns.promises.lookup = async (hostname, options) => {
	if (hostname !== NAME) return await lookup(hostname, options);
	return options?.all === true ? [PUBLIC] : PUBLIC;
};
syncBuiltinESMExports();

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
	const [options] = Array.isArray(args[0]) ? args[0] : args;
	if (options?.host === PUBLIC.address && options.port in ports) {
		Object.assign(options, { host: '127.0.0.1', port: ports[options.port] });
	}
	return connect.apply(this, args);
};
