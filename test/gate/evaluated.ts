import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeTypeDescription } from 'n8n-workflow';

import type { Manifest } from './pack';

/** A class that package.json registers. */
export interface Registered {
	name: string;
	/** Path below the checkout without `dist/` and `.js`, such as `nodes/HappyHorse/HappyHorse.node`. */
	path: string;
	description: INodeTypeDescription;
}

/** Loads every node that package.json registers from the built `dist`. */
export function loadNodes(root: string, manifest: Manifest): Registered[] {
	return manifest.n8n.nodes.map((file) => {
		const path = file.replace(/^dist\//, '').replace(/\.js$/, '');
		const name = path.replace(/^.*\//, '').replace(/\.node$/, '');
		const built = require(join(root, file)) as Record<
			string,
			(new () => { description: INodeTypeDescription }) | undefined
		>;
		const Node = built[name];
		if (Node === undefined) throw new Error(`${file} exports no class named ${name}`);
		return { name, path, description: new Node().description };
	});
}

/** The TypeScript a person would have written for this value. */
function literal(value: unknown): string {
	if (value === 'main') return 'NodeConnectionTypes.Main';
	if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
	const entries = Object.entries(value)
		.filter(([, field]) => field !== undefined && typeof field !== 'function')
		.map(([key, field]) => {
			const name = /^[a-z_$][\w$]*$/i.test(key) ? key : JSON.stringify(key);
			return `${name}: ${literal(field)}`;
		});
	return `{ ${entries.join(', ')} }`;
}

/**
 * Copies the sources to `target` and replaces every node by a class that spells out its whole
 * description. n8n's rules read literals only: texts that come from another file or out of `map`
 * are invisible to them in the real sources.
 */
export function writeEvaluated(root: string, target: string, nodes: Registered[]): void {
	for (const part of ['package.json', 'nodes', 'credentials']) {
		cpSync(join(root, part), join(target, part), { recursive: true });
	}
	for (const { name, path, description } of nodes) {
		const body = `description = ${literal(description)}; webhookMethods = imported;`;
		const text = `export class ${name} implements INodeType { ${body} }\n`;
		writeFileSync(join(target, `${path}.ts`), text);
	}
}
