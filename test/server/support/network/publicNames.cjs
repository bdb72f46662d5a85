// Loaded with `--require` into n8n and the sandbox: makes names under happy-horse.example, which look
// public to the node, lead to this computer.
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');

const { lookup } = dns;

dns.lookup = (hostname, options, callback) => {
	const done = callback ?? options;
	if (!hostname.endsWith('.happy-horse.example')) return lookup(hostname, options, callback);
	const wantsAll = typeof options === 'object' && options !== null && options.all === true;
	process.nextTick(() => {
		if (wantsAll) done(null, [{ address: '127.0.0.1', family: 4 }]);
		else done(null, '127.0.0.1', 4);
	});
};
syncBuiltinESMExports();
