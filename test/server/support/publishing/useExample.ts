import type { ExecutionView } from '../../../../sandbox/n8n/execution';
import { readExample } from '../examples/example';
import { unreadReferences } from '../examples/reading';
import { signInWithGoogle } from '../outside/googleLogin';
import type { OutsideService } from '../outside/services';
import { usePublishing, type Publishing } from './usePublishing';

export interface ExampleUse {
	file: string;
	services: OutsideService[];
	/** Types of credentials that are signed in with Google. */
	google?: string[];
	/** Further credentials: data by type. */
	accounts?: Record<string, Record<string, unknown>>;
	/** Further environment of n8n. */
	env?: Record<string, string>;
}

export interface ExampleInUse extends Omit<Publishing, 'unread'> {
	/** Expressions that have found nothing in any run, here or elsewhere, in words. */
	unread(elsewhere?: readonly ExecutionView[]): string[];
}

/** An example with its accounts on a real n8n that meets the given services instead of the real ones. */
export function useExample(use: ExampleUse): ExampleInUse {
	const { file, services, google = [], accounts = {}, env = {} } = use;
	const publishing = usePublishing(file, services, { env, napSeconds: null });

	beforeAll(async () => {
		const known = publishing.accounts;
		for (const type of google)
			known[type] = await signInWithGoogle(publishing.testServer.n8n, type);
		for (const [type, data] of Object.entries(accounts)) {
			known[type] = await publishing.account(type, data);
		}
	});

	return {
		...publishing,
		unread: (elsewhere = []) =>
			unreadReferences(readExample(file), [...publishing.runs, ...elsewhere]),
	};
}
