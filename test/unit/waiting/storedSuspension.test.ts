import fc from 'fast-check';

import type { AwaitedTask } from '../../../nodes/HappyHorse/output/collect';
import type { Place, Suspension } from '../../../nodes/HappyHorse/waiting/storedSuspension';
import { suspensionIn, textOf } from '../../../nodes/HappyHorse/waiting/storedSuspension';
import { suspensionFor } from '../support/fakeWebhook';

const metadata = fc.dictionary(
	fc.oneof(fc.string(), fc.constantFrom('constructor', 'toString', 'shared')),
	fc.jsonValue(),
);

const awaits: fc.Arbitrary<AwaitedTask> = fc.record(
	{
		item: fc.nat(),
		taskId: fc.uuid(),
		endpoint: fc.constantFrom('image-to-video/happy-horse-1', 'text-to-video/happy-horse-1-1'),
		videoOutput: fc.record({
			download: fc.boolean(),
			property: fc.constantFrom('data', 'video'),
			maxMegabytes: fc.constantFrom(5, 500),
		}),
		metadata: metadata as fc.Arbitrary<NonNullable<AwaitedTask['metadata']>>,
		reused: fc.boolean(),
	},
	{ requiredKeys: ['item', 'taskId', 'endpoint', 'videoOutput'] },
);

const place: fc.Arbitrary<Place> = fc.oneof(
	awaits.map((awaited) => ({ awaits: awaited })),
	fc.nat().map((item) => ({ settled: { json: { error: 'no' }, pairedItem: { item } } })),
);

const read = (suspension: Suspension) => suspensionIn(textOf(suspension));

it('comes back as it was stored, whatever its items share', () => {
	fc.assert(
		fc.property(fc.array(place, { maxLength: 20 }), (places) => {
			const suspension = suspensionFor(0, { places });
			// JSON knows neither -0 nor the name `__proto__`, which is left out.
			fc.pre(!textOf(suspension).includes('__proto__'));
			expect(read(suspension)).toEqual(JSON.parse(JSON.stringify(suspension)));
		}),
	);
});

it('leaves out the name __proto__ in metadata', () => {
	const [first] = suspensionFor(1).places as Array<{ awaits: AwaitedTask }>;
	const hostile = JSON.parse('{"__proto__":{"polluted":true},"row":1}') as Record<string, never>;
	const places = [{ awaits: { ...first!.awaits, metadata: hostile } }];
	const [back] = read(suspensionFor(0, { places }))!.places as Array<{ awaits: AwaitedTask }>;
	expect(Object.keys(back!.awaits.metadata!)).toEqual(['row']);
});

it('gives each item what it has of its own', () => {
	const [one, two, three] = (suspensionFor(3).places as Array<{ awaits: AwaitedTask }>).map(
		({ awaits: awaited }, index) => ({ awaits: { ...awaited, metadata: { row: index % 2 } } }),
	);
	expect(read(suspensionFor(0, { places: [one!, two!, three!] }))!.places).toEqual([
		one,
		two,
		three,
	]);
});

// n8n 2.41.1 reads the whole execution for each webhook, and from 1,048,576 characters on four times as slowly.
it('takes no more than 60 characters for an item as n8n stores it', () => {
	const taskId = '5c5cef79-b449-4e43-ac98-a3b023f98c75';
	const places = (suspensionFor(1000).places as Array<{ awaits: AwaitedTask }>).map(
		({ awaits: awaited }) => ({ awaits: { ...awaited, taskId } }),
	);
	const stored = JSON.stringify(textOf(suspensionFor(0, { places })));
	expect(stored.length).toBeLessThan(60 * 1000);
});

it.each([
	[undefined],
	[null],
	['x'],
	[5],
	[[]],
	[{}],
	['[]'],
	['{}'],
	['{"places":{},"shared":[]}'],
	['{"places":[]}'],
])('%p is none', (stored) => {
	expect(suspensionIn(stored)).toBeNull();
});
