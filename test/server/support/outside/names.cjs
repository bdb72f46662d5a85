// Loaded with `--require` into n8n: https connections to the hosts in OUTSIDE_HOSTS end at the services of the
// test on this computer. Names and certificates stay what they are, so n8n's nodes notice nothing.
const { Socket } = require('node:net');

const hosts = new Set((process.env.OUTSIDE_HOSTS ?? '').split(','));
const port = Number(process.env.OUTSIDE_PORT);
const { connect } = Socket.prototype;

Socket.prototype.connect = function (...args) {
	const [options, ...more] = Array.isArray(args[0]) ? args[0] : args;
	if (!hosts.has(options?.host) || Number(options.port) !== 443) return connect.apply(this, args);
	return connect.call(this, { ...options, host: '127.0.0.1', port }, ...more.filter(Boolean));
};
