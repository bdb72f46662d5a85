import { parseArgs } from 'node:util';

// Before the targets, which use fakes that are made for jest.
import './withoutJest';

import { DEFAULT_MINUTES, fuzz } from './fuzz';
import { replay } from './replay';
import type { Rule, Target } from './rule';
import { TARGETS } from './targets';

const USAGE = `Looks for input that breaks a rule, for each place where foreign input comes in.

  npm run fuzz -- [targets] [options]

  targets       ${TARGETS.map(({ name }) => name).join(', ')} (default: all of them, one after the other)
  --minutes N   for each target (default ${DEFAULT_MINUTES})
  --seed N      begin with this seed instead of a fresh one
  --rule TEXT   only the rule that says this

  npm run fuzz -- target --rule "what it says" --seed N --path P
                shows one counterexample again, as a run has printed it`;

async function main(): Promise<number> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			minutes: { type: 'string', default: String(DEFAULT_MINUTES) },
			seed: { type: 'string', default: String(Date.now() % 0x7fffffff) },
			path: { type: 'string' },
			rule: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	const wanted = positionals.length > 0 ? positionals : TARGETS.map(({ name }) => name);
	const targets = wanted.map((name) => TARGETS.find((target) => target.name === name));
	const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
	const isKnown = ({ says }: Rule) => (values.rule ?? says) === says;
	const isSound = minutes > 0 && Number.isInteger(seed) && targets.every(isTarget);
	if (values.help || !isSound || !targets.some(({ rules }) => rules.some(isKnown))) {
		console.log(USAGE);
		return values.help ? 0 : 2;
	}
	if (values.path !== undefined) {
		return await replay(targets, { says: values.rule ?? '', seed, path: values.path });
	}
	let failures = 0;
	for (const { rules, ...target } of targets) {
		failures += await fuzz({ ...target, rules: rules.filter(isKnown) }, { minutes, seed });
	}
	return failures === 0 ? 0 : 1;
}

const isTarget = (target: Target | undefined): target is Target => target !== undefined;

void main().then((code) => process.exit(code));
