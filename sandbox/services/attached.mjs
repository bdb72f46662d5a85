// Runs a program until it ends or our standard input does, that is when the process that started us has ended in
// whatever way: a test that is killed must leave no database behind.
//
//   node attached.mjs '{"command":"…","args":[…],"signal":"SIGTERM","uid":1,"gid":1}'
import { spawn } from 'node:child_process';

const INSIST_AFTER_MS = 3000;
const { command, args, signal, uid, gid } = JSON.parse(process.argv[2]);
const child = spawn(command, args, {
	stdio: ['ignore', 'inherit', 'inherit'],
	...(uid === undefined ? {} : { uid, gid }),
});

child.once('error', (error) => {
	console.error(error.message);
	process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));

function stop() {
	child.kill(signal);
	setTimeout(() => child.kill('SIGKILL'), INSIST_AFTER_MS);
}

process.stdin.on('end', stop).on('error', stop).resume();
process.on('SIGTERM', stop);
// Ctrl-C in a terminal goes to the whole group; the process that started us stops us in order.
process.on('SIGINT', () => {});
