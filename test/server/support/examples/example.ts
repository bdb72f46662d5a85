import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INode, IConnections } from 'n8n-workflow';

import { CHECKOUT } from '../../../../sandbox/n8n/nodePackage';
import type { CredentialReference } from '../workflows/workflow';

export const NOTE = 'n8n-nodes-base.stickyNote';

/** A workflow file of the folder `examples`. */
export interface Example {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings: Record<string, unknown>;
	pinData: Record<string, unknown>;
	[field: string]: unknown;
}

/** What a user enters: per node, parameters by name. */
export type Entries = Record<string, Record<string, unknown>>;

const FOLDER = join(CHECKOUT, 'examples');

export const EXAMPLE_FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

export const textOf = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

export const readExample = (file: string) => JSON.parse(textOf(file)) as Example;

/** The nodes that do something. */
export const workingNodes = ({ nodes }: Example) => nodes.filter(({ type }) => type !== NOTE);

export const notesOf = ({ nodes }: Example) =>
	nodes.filter(({ type }) => type === NOTE).map(({ parameters }) => String(parameters.content));

/** The example as a user makes it ready: with these parameters and accounts. */
export function filledIn(
	file: string,
	{
		entries = {},
		accounts = {},
	}: { entries?: Entries; accounts?: Record<string, CredentialReference> },
): Example {
	const example = readExample(file);
	for (const name of Object.keys(entries)) {
		if (!example.nodes.some((node) => node.name === name)) throw new Error(`No node "${name}"`);
	}
	for (const node of example.nodes) {
		Object.assign(node.parameters, entries[node.name]);
		for (const type of Object.keys(node.credentials ?? {})) {
			if (accounts[type]) node.credentials![type] = accounts[type];
		}
	}
	return example;
}
