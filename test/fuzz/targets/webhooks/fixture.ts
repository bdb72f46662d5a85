import type { IDataObject } from 'n8n-workflow';

import { SECRET } from '../../../unit/signature/signing';
import type { FakeRequest, FakeResponse } from '../../../unit/support/fakeExecution';
import { API_KEY } from '../../../unit/support/fakeExecution';
import { FakeVendor } from '../../../unit/support/fakeVendor';
import { VirtualClock } from '../../../unit/support/virtualClock';
import { withKey } from '../../echo';

export const SECRETS = [API_KEY, SECRET, 'signature=abc'];

const ENDPOINT = 'image-to-video/happy-horse-1';

let fixtures = 0;

/**
 * A place and a moment that no other run has seen: what the process keeps of a workflow, an execution or an account must not
 * reach the next run.
 */
export function newFixture({ hasSecret }: { hasSecret: boolean }) {
	fixtures++;
	const clock = new VirtualClock();
	clock.time += fixtures * 3_600_000;
	const key = `${API_KEY}-${fixtures}`;
	const credential: IDataObject = {
		provider: 'magnific',
		apiKey: key,
		...(hasSecret ? { webhookSecret: SECRET } : {}),
	};
	return { name: `fixture-${fixtures}`, clock, key, credential };
}

/** A provider with tasks of these statuses, whose first responses may be others. */
export function vendorThat(
	statuses: readonly string[],
	{ script, key }: { script: ReadonlyArray<FakeResponse | 'reset' | undefined>; key: string },
) {
	const vendor = new FakeVendor();
	statuses.forEach((status, index) =>
		vendor.tasks.set(`task-${index}`, { endpoint: ENDPOINT, status, request: {} }),
	);
	const record = { requests: 0, troubles: 0 };
	const respond = (request: FakeRequest): FakeResponse => {
		const special = script[record.requests++];
		if (special === undefined) return vendor.respond(request);
		record.troubles += 1;
		if (special === 'reset') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
		return { ...special, body: withKey(String(special.body), key) };
	};
	return { respond, record };
}
