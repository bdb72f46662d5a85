import { execFileSync } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Defence } from './defence';

/** A copy of the project in which things may be broken. */
export class Copy {
	readonly folder = mkdtempSync(path.join(tmpdir(), 'happy-horse-defences-'));

	constructor(root: string) {
		if (!existsSync(path.join(root, 'dist', 'nodes'))) {
			throw new Error('The project is not built yet: please run "npm run build" first.');
		}
		// What git knows of or would take, as it is now; and what the build made of it.
		const known = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
		const files = execFileSync('git', known, { cwd: root, encoding: 'utf8' }).split('\0');
		for (const file of [...files.filter((name) => existsSync(path.join(root, name))), 'dist']) {
			if (file === '') continue;
			mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
			cpSync(path.join(root, file), path.join(this.folder, file), { recursive: true });
		}
		const modules = path.join(this.folder, 'node_modules');
		symlinkSync(path.join(root, 'node_modules'), modules, 'junction');
	}

	/** Takes a defence away, in the sources and in what is built of them, and gives a way to put it back. */
	without({ file, source, without, test }: Defence): () => void {
		const whole = this.read(file);
		if (whole.split(source).length !== 2) throw new Error(`not exactly once in ${file}: ${source}`);
		// A function: in a text, signs such as $1 would have a meaning.
		const broken = whole.replace(source, () => without);
		this.write(file, broken);
		// Tests of the layer unit read the sources.
		const isBuilt = file.endsWith('.ts') && test.layer !== 'unit';
		if (isBuilt) this.bundle();
		return () => {
			this.write(file, whole);
			if (isBuilt) this.bundle();
		};
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}

	/** As the build does it, without a look at types. */
	private bundle(): void {
		const rolldown = path.join(this.folder, 'node_modules', 'rolldown', 'bin', 'cli.mjs');
		execFileSync(process.execPath, [rolldown, '-c'], { cwd: this.folder, stdio: 'pipe' });
	}

	private read(file: string): string {
		return readFileSync(path.join(this.folder, file), 'utf8');
	}

	private write(file: string, text: string): void {
		writeFileSync(path.join(this.folder, file), text);
	}
}
