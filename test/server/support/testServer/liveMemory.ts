import { evaluate, inspect } from './inspector';

/**
 * Megabytes that an `inspectable` n8n really holds on to, on V8's heap and next to it, after a full garbage collection: without
 * one, V8 lets n8n grow by a gigabyte before it looks for what is no longer needed, and the size of the process tells nothing.
 */
export async function liveMegabytes(port: number): Promise<number> {
	return await inspect(port, async (send) => {
		await send('HeapProfiler.enable');
		await send('HeapProfiler.collectGarbage');
		const usage = await evaluate<NodeJS.MemoryUsage>(send, 'process.memoryUsage()');
		return (usage.heapUsed + usage.external) / 2 ** 20;
	});
}
