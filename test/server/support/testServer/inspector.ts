/** The door that Node.js opens with `--inspect`: what a process is busy with, and what it holds on to. */

interface Inspector {
	webSocketDebuggerUrl: string;
}

interface Reply {
	id: number;
	result?: unknown;
	error?: { message: string };
}

/** Sends a command of the Chrome DevTools protocol; throws when the process does not know it. */
export type Send = <Result>(method: string, params?: object) => Promise<Result>;

/** Environment of an n8n that is to be inspected. */
export const inspectable = (port: number) => ({ NODE_OPTIONS: `--inspect=127.0.0.1:${port}` });

/** One session with the process that was started with `inspectable(port)`. */
export async function inspect<Result>(
	port: number,
	session: (send: Send) => Promise<Result>,
): Promise<Result> {
	const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as Inspector[];
	const socket = new WebSocket(targets[0]!.webSocketDebuggerUrl);
	await new Promise((open, fail) => {
		socket.addEventListener('open', open);
		socket.addEventListener('error', fail);
	});
	let sent = 0;
	const send: Send = async <Result>(method: string, params: object = {}) => {
		const id = ++sent;
		const reply = new Promise<Reply>((resolve) => {
			socket.addEventListener('message', ({ data }) => {
				const message = JSON.parse(String(data)) as Reply;
				if (message.id === id) resolve(message);
			});
		});
		socket.send(JSON.stringify({ id, method, params }));
		const { result, error } = await reply;
		if (error) throw new Error(`${method}: ${error.message}`);
		return result as Result;
	};
	try {
		return await session(send);
	} finally {
		socket.close();
	}
}

/** The value of an expression in the process. */
export async function evaluate<Value>(send: Send, expression: string): Promise<Value> {
	const params = { expression: `JSON.stringify(${expression})`, returnByValue: true };
	const { result } = await send<{ result: { value: string } }>('Runtime.evaluate', params);
	return JSON.parse(result.value) as Value;
}
