import { parseArgs } from 'node:util';

import './withoutJest';

import { DOORS } from './doors';
import { DEFAULT_MINUTES, fuzz } from './fuzz';
import { replay } from './replay';
import type { Door, Rule } from './rule';

const USAGE = `Looks for input that breaks a rule, at the doors where foreign input comes in.

  npm run fuzz -- [doors] [options]

  doors         ${DOORS.map(({ name }) => name).join(', ')} (default: all of them, one after the other)
  --minutes N   for each door (default ${DEFAULT_MINUTES})
  --seed N      begin with this seed instead of a fresh one
  --rule TEXT   only the rule that says this

  npm run fuzz -- door --rule "what it says" --seed N --path P
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
	const wanted = positionals.length > 0 ? positionals : DOORS.map(({ name }) => name);
	const doors = wanted.map((name) => DOORS.find((door) => door.name === name));
	const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
	const isKnown = ({ says }: Rule) => (values.rule ?? says) === says;
	const isSound = minutes > 0 && Number.isInteger(seed) && doors.every(isDoor);
	if (values.help || !isSound || !doors.some(({ rules }) => rules.some(isKnown))) {
		console.log(USAGE);
		return values.help ? 0 : 2;
	}
	if (values.path !== undefined) {
		return await replay(doors, { says: values.rule ?? '', seed, path: values.path });
	}
	let failures = 0;
	for (const { rules, ...door } of doors) {
		failures += await fuzz({ ...door, rules: rules.filter(isKnown) }, { minutes, seed });
	}
	return failures === 0 ? 0 : 1;
}

const isDoor = (door: Door | undefined): door is Door => door !== undefined;

void main().then((code) => process.exit(code));
