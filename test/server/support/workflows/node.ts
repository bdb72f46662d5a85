/** A node as n8n saves it; where it is on the canvas does not matter. */
export function node(name: string, type: string, details: Record<string, unknown>) {
	return { id: `node-${name}`, name, type, position: [0, 0], ...details };
}

/** The connections of a node whose outputs lead to one node each. */
export const leadsTo = (...names: string[]) => ({
	main: names.map((name) => [{ node: name, type: 'main', index: 0 }]),
});

/** Starts an execution when a client sends `{items: [...]}` to its path. */
export const webhookNode = (name: string, path: string) =>
	node(name, 'n8n-nodes-base.webhook', {
		typeVersion: 2,
		webhookId: path,
		parameters: { path, httpMethod: 'POST', options: {} },
	});

/** Makes n8n items of what the webhook was sent. */
export const itemsNode = (name: string) =>
	node(name, 'n8n-nodes-base.splitOut', {
		typeVersion: 1,
		parameters: { fieldToSplitOut: 'body.items', options: {} },
	});
