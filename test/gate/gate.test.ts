import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { writeBroken, writeSound } from './samplePackage';

const tsx = resolve(__dirname, '../../node_modules/tsx/dist/cli.mjs');

interface Run {
	code: number | null;
	lines: string[];
}

function runGate(folder: string): Promise<Run> {
	const child = spawn(process.execPath, [tsx, join(__dirname, 'main.ts'), folder]);
	let output = '';
	child.stdout.on('data', (text) => (output += String(text)));
	child.stderr.on('data', (text) => (output += String(text)));
	return new Promise((done, fail) => {
		child.on('error', fail);
		child.on('close', (code) => done({ code, lines: output.split('\n') }));
	});
}

const LINTERS_MS = 60_000;
const scratch = mkdtempSync(join(tmpdir(), 'happy-horse-sample-'));
let sound: Run;
let broken: Run;

beforeAll(async () => {
	const folders = { sound: join(scratch, 'sound'), broken: join(scratch, 'broken') };
	for (const folder of Object.values(folders)) mkdirSync(folder);
	writeSound(folders.sound);
	writeBroken(folders.broken);
	[sound, broken] = await Promise.all([runGate(folders.sound), runGate(folders.broken)]);
}, LINTERS_MS);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The lines that the gate prints below the heading of one check. */
function findingsOf({ lines }: Run, check: string): string[] {
	const start = lines.findIndex((line) => line.startsWith(`FAIL ${check}:`));
	if (start < 0) return [];
	const rest = lines.slice(start + 1);
	const end = rest.findIndex((line) => !line.startsWith('       '));
	return rest.slice(0, end < 0 ? rest.length : end);
}

it('has nothing to say about a sound package', () => {
	expect(sound.lines.filter((line) => !line.startsWith('ok  '))).toEqual(['']);
	expect(sound.code).toBe(0);
});

it('ends with an error after a finding', () => expect(broken.code).toBe(1));

it.each([
	['eslint', 'nodes/Sample/loud.ts:2:1 error', 'no-console'],
	['source', 'nodes/Sample/loud.ts:2:1 error', 'no-console'],
	['source', 'package.json:1:1 warning', 'homepage'],
	['tarball', 'dist/nodes/Sample/loud.js', 'no-console'],
	['evaluated', 'nodes/Sample/Sample.node.ts', 'action'],
	['imports', "loads 'sharp'", 'n8n does not provide'],
	['imports', "loads './gone'", 'not in the package'],
	['imports', 'outside', 'lies outside the package'],
	['imports', 'Old.node.js', 'known only at run time'],
	['content', 'dist/build.tsbuildinfo', 'does not belong'],
	['content', 'Old.node.js', 'not in package.json'],
	['content', 'Old.node.js', 'loaded by nothing'],
	['content', 'Sample/gone.svg', 'has no source'],
	['content', 'nodes/Sample/sample.svg', 'changed on its way'],
	['content', 'video/create.json', 'changed on its way'],
	['content', 'Sample.node.json', "not about 'n8n-nodes-sample.sample'"],
	['loading', 'more than'],
	['manifest', "'dependencies'", 'empty'],
	['manifest', "'overrides'", 'absent'],
	['manifest', "script 'postinstall'", 'absent'],
	['manifest', "'peerDependencies'", 'exactly'],
	['manifest', 'CHANGELOG.md', '1.0.1'],
])('%s reports %s (%s)', (check, ...parts) => {
	const hits = findingsOf(broken, check).filter((line) =>
		parts.every((part) => line.includes(part)),
	);
	expect(hits).not.toEqual([]);
});
