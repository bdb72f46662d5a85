/** What an n8n that was started with `inspectable` really holds on to. */

interface Inspector {
	webSocketDebuggerUrl: string;
}

interface Reply {
	id: number;
	result?: { result?: { value?: string } };
}

/** Environment of an n8n whose memory is to be measured. */
export const inspectable = (port: number) => ({ NODE_OPTIONS: `--inspect=127.0.0.1:${port}` });

/**
 * Megabytes in use, on V8's heap and next to it, after a full garbage collection: without one, V8 lets n8n grow by
 * a gigabyte before it looks for what is no longer needed, and the size of the process tells nothing.
 */
export async function liveMegabytes(port: number): Promise<number> {
	const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as Inspector[];
	const socket = new WebSocket(targets[0]!.webSocketDebuggerUrl);
	await new Promise((open, fail) => {
		socket.addEventListener('open', open);
		socket.addEventListener('error', fail);
	});
	let sent = 0;
	const send = async (method: string, params: object = {}) => {
		const id = ++sent;
		const reply = new Promise<Reply>((resolve) => {
			socket.addEventListener('message', ({ data }) => {
				const message = JSON.parse(String(data)) as Reply;
				if (message.id === id) resolve(message);
			});
		});
		socket.send(JSON.stringify({ id, method, params }));
		return await reply;
	};
	try {
		await send('HeapProfiler.enable');
		await send('HeapProfiler.collectGarbage');
		const expression = `JSON.stringify(process.memoryUsage())`;
		const { result } = await send('Runtime.evaluate', { expression, returnByValue: true });
		const usage = JSON.parse(result?.result?.value ?? '{}') as NodeJS.MemoryUsage;
		return (usage.heapUsed + usage.external) / 2 ** 20;
	} finally {
		socket.close();
	}
}
