import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

import { N8N_VERSION } from '../../../sandbox/n8n/install';
import type { Findings } from '../measure';

/** One measure as it lies in its file. */
export interface Result extends Findings {
	name: string;
	title: string;
	seconds: number;
	repeats: number;
	quick: boolean;
}

export interface StoredResult extends Result {
	/** Where and when it was measured. */
	machine: { at: string; cpu: string; cores: number; memoryGb: number; node: string; n8n: string };
}

const fileOf = (folder: string, name: string) => join(folder, `${name}.json`);

export function isThere(folder: string, name: string): boolean {
	return existsSync(fileOf(folder, name));
}

export function store(folder: string, result: Result): void {
	const machine: StoredResult['machine'] = {
		at: new Date().toISOString(),
		cpu: cpus()[0]?.model.trim() ?? 'unknown',
		cores: cpus().length,
		memoryGb: Math.round(totalmem() / 2 ** 30),
		node: process.version,
		n8n: N8N_VERSION,
	};
	const stored: StoredResult = { ...result, machine };
	writeFileSync(fileOf(folder, result.name), `${JSON.stringify(stored, null, '\t')}\n`);
}

export function load(folder: string, name: string): StoredResult | undefined {
	if (!isThere(folder, name)) return undefined;
	return JSON.parse(readFileSync(fileOf(folder, name), 'utf8')) as StoredResult;
}
