// Loaded with `--require` into n8n: names under inside.example, which look public to the node, lead to this
// computer, for n8n's own guard (which looks names up with `dns.promises`) as well.
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');

const HERE = { address: '127.0.0.1', family: 4 };
const isInside = (hostname) => hostname.endsWith('.inside.example');

const { lookup } = dns;
const { lookup: lookupPromise } = dns.promises;

dns.lookup = (hostname, options, callback) => {
	if (!isInside(hostname)) return lookup(hostname, options, callback);
	const done = callback ?? options;
	const wantsAll = typeof options === 'object' && options !== null && options.all === true;
	process.nextTick(() => {
		if (wantsAll) done(null, [HERE]);
		else done(null, HERE.address, HERE.family);
	});
};

dns.promises.lookup = async (hostname, options) => {
	if (!isInside(hostname)) return await lookupPromise(hostname, options);
	return options?.all === true ? [HERE] : HERE;
};
syncBuiltinESMExports();
