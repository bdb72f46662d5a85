import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

import { packNodePackage } from '../../../sandbox/n8n/nodePackage';
import type { Measure } from '../measure';
import { Rows } from '../measure';

/** What npm publishes and what lies on the disk afterwards. */
export const packageSize: Measure = {
	name: 'size',
	title: 'Size of the package',
	async run() {
		const tarball = await packNodePackage();
		const listing = execFileSync('tar', ['-tvzf', tarball], { encoding: 'utf8' }).trim();
		const sizes = listing.split('\n').map(sizeIn);
		if (!listing.includes('package/dist/nodes/HappyHorse/HappyHorse.node.js')) {
			throw new Error('The node is not in the package');
		}
		const rows = new Rows();
		const better = 'less';
		const kilobytes = (bytes: number) => bytes / 1024;
		const packed = kilobytes(statSync(tarball).size);
		const unpacked = kilobytes(sizes.reduce((sum, bytes) => sum + bytes, 0));
		rows.add({ id: 'packed', what: 'Packed', unit: 'KB', better }, 'Happy Horse', packed);
		rows.add({ id: 'unpacked', what: 'Unpacked', unit: 'KB', better }, 'Happy Horse', unpacked);
		rows.add({ id: 'files', what: 'Files', unit: '', better }, 'Happy Horse', sizes.length);
		return { rows: rows.all(), notes: ['No dependencies: nothing else is installed with it.'] };
	},
};

/** Of a line such as `-rw-r--r-- 0/0  1234 1985-10-26 09:15 package/LICENSE`, or macOS's with more columns. */
function sizeIn(line: string): number {
	const size = /\s(\d+)\s+(?:\d{4}-\d\d-\d\d|[A-Z][a-z]{2}\s)/.exec(line)?.[1];
	if (size === undefined) throw new Error(`No size in "${line}"`);
	return Number(size);
}
