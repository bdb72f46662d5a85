/** Records the public contract of the built package: for a release, and never to change that of an old one. */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { ICredentialType, INodeType } from 'n8n-workflow';

import { n8n, name, version } from '../../../package.json';
import { contractOf } from './publicContract';

const root = join(__dirname, '..', '..', '..');

function load<T>(path: string): T {
	const classes = require(join(root, path)) as Record<string, new () => T>;
	return new classes[basename(path).split('.')[0]!]!();
}

const contract = contractOf({
	package: name,
	nodes: n8n.nodes.map((path) => load<INodeType>(path)),
	credentials: n8n.credentials.map((path) => load<ICredentialType>(path)),
});
const file = join(__dirname, 'published', `${version}.json`);
writeFileSync(file, `${JSON.stringify(contract, null, '\t')}\n`);
console.log(file);
