// Loaded with `--require` into n8n: tells at PROTOTYPE_PROBE_PORT which names its plain objects and lists inherit
// beyond those of the language.
const { createServer } = require('node:http');

const before = new Set([Object.prototype, Array.prototype].flatMap(Reflect.ownKeys));

const server = createServer((_request, response) => {
	const now = [Object.prototype, Array.prototype].flatMap(Reflect.ownKeys);
	response.end(JSON.stringify(now.filter((name) => !before.has(name)).map(String)));
});
// The programs that n8n starts load this, too, and find the port taken.
server.on('error', () => undefined);
server.listen(Number(process.env.PROTOTYPE_PROBE_PORT), '127.0.0.1').unref();
