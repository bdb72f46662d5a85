import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { removeFolder, temporaryFolder } from '../../../../sandbox/n8n/temporaryFolder';

describe('temporary folders', () => {
	it('of processes that are gone are removed, those of living ones and kept ones are not', () => {
		// Above every system's highest process ID.
		const left = join(tmpdir(), 'happy-horse-n8n-99999999-test');
		mkdirSync(left, { recursive: true });
		const kept = temporaryFolder('n8n', { keep: true });
		const mine = temporaryFolder('pack');
		const another = temporaryFolder('pack');
		expect([left, kept, mine, another].map((folder) => existsSync(folder))).toEqual([
			false,
			true,
			true,
			true,
		]);
		removeFolder(mine);
		removeFolder(another);
		rmSync(kept, { recursive: true });
		expect(existsSync(mine)).toBe(false);
	});
});
