import type { SpawnOptions } from '../../../../sandbox/api/spawn';
import type { StartOptions } from '../../../../sandbox/n8n/server';
import type { Stage } from './testServer';
import { setStage } from './testServer';
import { callsAnswered } from '../assertions/watching';

/** What happens at the sandbox between the tests of a file. */
export interface BetweenTests {
	/** False where a test goes on with the tasks and rules of those before it. */
	reset?: boolean;
	/** True to end a test only when the calls about all its finished tasks are answered. */
	awaitCalls?: boolean;
}

export interface StageUse extends BetweenTests {
	sandbox?: SpawnOptions;
	/** A function where it is not known before hooks run. */
	n8n?: StartOptions | (() => Promise<StartOptions>);
}

/** A real n8n and a sandbox for the tests of a file; see `standing` for when it can be read. */
export function useStage({ n8n = {}, sandbox = {}, ...between }: StageUse = {}): Stage {
	const set = async () =>
		await setStage({ sandbox, n8n: typeof n8n === 'function' ? await n8n() : n8n });
	return standing(set, between);
}

/**
 * Sets a stage before the tests of a file, and closes it after them. What it returns is empty until
 * then: it is to be read inside of tests and of hooks that are registered later.
 */
export function standing<S extends Stage>(
	set: () => Promise<S>,
	{ reset = true, awaitCalls = false }: BetweenTests = {},
): S {
	const stage = {} as S;

	beforeAll(async () => {
		Object.assign(stage, await set());
	});

	if (reset) {
		beforeEach(async () => {
			await stage.sandbox.control.reset();
		});
	}

	if (awaitCalls) {
		afterEach(async () => {
			await callsAnswered(stage.sandbox.control);
		});
	}

	afterAll(async () => {
		// It is still empty when it could not be set.
		await (stage as Partial<S>).close?.();
	});

	return stage;
}
