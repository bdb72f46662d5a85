import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import * as fc from 'fast-check';

import type { Target, Found, Rule } from './rule';

export const DEFAULT_MINUTES = 10;

/** The rules of a target take turns, so that each has run soon. */
const TURN_MS = 2000;

const SHRINKING_MS = 60_000;

const FOUND = path.join(__dirname, 'found');

interface Count {
	rule: Rule;
	runs: number;
	isBroken: boolean;
}

/** Runs the rules of a target for some minutes with ever new input. Gives the number of rules that broke. */
export async function fuzz(
	target: Target,
	{ minutes, seed }: { minutes: number; seed: number },
): Promise<number> {
	const counts: Count[] = target.rules.map((rule) => ({ rule, runs: 0, isBroken: false }));
	const start = Date.now();
	const end = start + minutes * 60_000;
	let shownMinutes = 0;
	console.log(`\n${target.name}: ${target.about}; ${minutes} minutes, seed ${seed}`);
	for (let turn = 0; Date.now() < end && counts.some(({ isBroken }) => !isBroken); turn++) {
		const count = counts[turn % counts.length]!;
		if (!count.isBroken) await takeTurn(target, { count, seed: (seed + turn) | 0, end });
		const passed = Math.floor((Date.now() - start) / 60_000);
		if (passed > shownMinutes) console.log(`  ${passed} min: ${totalOf(counts)} runs`);
		shownMinutes = passed;
	}
	for (const { rule, runs, isBroken } of counts) {
		console.log(
			`  ${isBroken ? 'BROKEN' : 'holds '} ${String(runs).padStart(9)} runs: ${rule.says}`,
		);
	}
	console.log(
		`  ${target.name}: ${totalOf(counts)} runs in ${((Date.now() - start) / 60_000).toFixed(1)} minutes`,
	);
	return counts.filter(({ isBroken }) => isBroken).length;
}

const totalOf = (counts: Count[]) => counts.reduce((total, { runs }) => total + runs, 0);

async function takeTurn(
	target: Target,
	{ count, seed, end }: { count: Count; seed: number; end: number },
): Promise<void> {
	const ms = Math.max(1, Math.min(TURN_MS, end - Date.now()));
	const found = await count.rule.check({
		seed,
		numRuns: Number.MAX_SAFE_INTEGER,
		interruptAfterTimeLimit: ms,
		markInterruptAsFailure: false,
	});
	count.runs += found.numRuns;
	if (found.counterexample === null) return;
	count.isBroken = true;
	report(target, count.rule, await shrunk(count.rule, found));
}

/** A turn may end in the middle of shrinking: continues from there. */
async function shrunk(rule: Rule, found: Found): Promise<Found> {
	const { seed, counterexamplePath } = found;
	if (counterexamplePath === null) return found;
	const further = await rule.check({
		seed,
		path: counterexamplePath,
		interruptAfterTimeLimit: SHRINKING_MS,
	});
	return further.counterexamplePath === null ? found : further;
}

function report({ name }: Target, { says }: Rule, found: Found): void {
	const { seed, counterexamplePath, counterexample, errorInstance } = found;
	const text = [
		`${name}: ${says}`,
		`counterexample: ${fc.stringify(counterexample)}`,
		`error: ${errorInstance instanceof Error ? errorInstance.stack : String(errorInstance)}`,
		`again: npm run fuzz -- ${name} --rule "${says}" --seed ${seed} --path "${counterexamplePath}"`,
	].join('\n');
	console.log(`\n${text}\n`);
	mkdirSync(FOUND, { recursive: true });
	const file = `${new Date().toISOString().replace(/\W/g, '-')}-${name}.txt`;
	writeFileSync(path.join(FOUND, file), `${text}\n`);
}
