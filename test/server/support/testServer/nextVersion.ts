import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { CHECKOUT } from '../../../../sandbox/n8n/nodePackage';
import { npm } from '../../../../sandbox/n8n/npm';
import { temporaryFolder } from '../../../../sandbox/n8n/temporaryFolder';

/** What a build of another version differs in. */
export interface Difference {
	version: string;
	/** A text of the action node, and what is there instead. */
	words: [from: string, to: string];
}

/** Packs what was built as another version; returns the path of the tarball. */
export async function packAs({ version, words: [from, to] }: Difference): Promise<string> {
	const folder = temporaryFolder('pack');
	for (const name of ['dist', 'README.md', 'LICENSE']) {
		cpSync(join(CHECKOUT, name), join(folder, name), { recursive: true });
	}
	const manifest = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as object;
	writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version }));
	const node = join(folder, 'dist', 'nodes', 'HappyHorse', 'HappyHorse.node.js');
	const code = readFileSync(node, 'utf8');
	if (!code.includes(from)) throw new Error(`The node does not say "${from}"`);
	writeFileSync(node, code.replace(from, to));
	const printed = await npm(['pack', '--ignore-scripts', '--json'], { cwd: folder });
	return join(folder, (JSON.parse(printed) as Array<{ filename: string }>)[0]!.filename);
}
