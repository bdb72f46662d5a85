import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { ensureN8n } from '../../../sandbox/n8n/install';
import { installNodePackage, packNodePackage } from '../../../sandbox/n8n/nodePackage';
import { temporaryFolder } from '../../../sandbox/n8n/temporaryFolder';
import type { Measure, Row } from '../measure';
import { inTurn, OURS, Rows } from '../measure';

const SERIAL_NODE = join(__dirname, '..', 'contenders', 'serialNode');

const ROW: Omit<Row, 'runs'> = {
	...{ id: 'loading', what: 'Loading all node types', unit: 'ms', better: 'less' },
};

/** How long n8n's own loader takes with a package, in a fresh process each time. */
export const loading: Measure = {
	name: 'loading',
	title: 'Loading the package when n8n starts',
	async run({ repeats, quick }) {
		const { dir } = await ensureN8n();
		const nodesFolder = join(temporaryFolder('pack'), 'nodes');
		mkdirSync(nodesFolder, { recursive: true });
		const { name } = await installNodePackage(await packNodePackage(), nodesFolder);
		const vendors = join(dir, 'node_modules/@n8n/n8n-nodes-langchain/dist/nodes/vendors');
		const packages = [
			{
				...{ contender: OURS, loader: 'PackageDirectoryLoader', types: 2 },
				folder: join(nodesFolder, 'node_modules', name),
			},
			{
				...{ contender: "n8n's Alibaba Cloud node", loader: 'CustomDirectoryLoader', types: 1 },
				folder: join(vendors, 'AlibabaCloud'),
			},
			{
				...{ contender: 'Serial node', loader: 'CustomDirectoryLoader', types: 1 },
				folder: SERIAL_NODE,
			},
		];
		const rows = new Rows();
		for (let round = 0; round < (quick ? 1 : Math.max(7, repeats)); round++) {
			for (const { contender, loader, folder, types } of inTurn(packages, round)) {
				const [ms = 0, found] = loadOnce(dir, { loader, folder });
				if (found !== types) throw new Error(`n8n found ${found} node types in ${folder}`);
				rows.add(ROW, contender, ms);
			}
		}
		return {
			rows: rows.all(),
			notes: [
				'Two nodes and a credential, read by the loader of n8n in a fresh process. The Alibaba Cloud node makes videos, too; it is loaded in the same way here. "Serial node" is a single file of 80 lines: about the least that any node can need.',
			],
		};
	},
};

/** `[milliseconds, node types]` */
function loadOnce(
	n8nFolder: string,
	{ loader, folder }: { loader: string; folder: string },
): number[] {
	const script = `
		const core = require(${JSON.stringify(join(n8nFolder, 'node_modules', 'n8n-core'))});
		const loader = new core[${JSON.stringify(loader)}](${JSON.stringify(folder)});
		const started = performance.now();
		loader.loadAll().then(() => {
			const ms = performance.now() - started;
			console.log(JSON.stringify([ms, loader.types.nodes.length]));
			process.exit(0);
		});`;
	// As n8n itself does when it starts: community packages find its own `n8n-workflow`.
	const env = { ...process.env, NODE_PATH: join(n8nFolder, 'node_modules') };
	const printed = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', env });
	return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as number[];
}
