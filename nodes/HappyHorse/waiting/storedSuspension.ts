import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { parseJson } from '../http/json';
import type { AwaitedTask } from '../output/collect';
import { isRecord } from '../tasks/task';

/** One place of the output: a task to wait for, or an item that was settled before waiting began. */
export type Place = { awaits: AwaitedTask } | { settled: INodeExecutionData };

/** What `webhook()` needs to know, stored with the execution: it has neither input nor parameters of its own. */
export interface Suspension {
	/** Differs for each wait of one execution, so that rounds of a loop are told apart. */
	run: number;
	places: Place[];
	toErrorOutput: boolean;
	/** When Max Wait is over, in milliseconds since 1970. */
	endsAt: number;
	/** When a webhook that continues the execution has to have all items. */
	outputBy: number;
	/** IDs of tasks that were final already. */
	finalBefore: string[];
	/** True when fields of input items are stored with the execution. */
	hasInput?: true;
}

/** What tasks have in common, such as the endpoint: a thousand items mostly have one of it. */
type Shared = Omit<AwaitedTask, 'item' | 'taskId'>;

type StoredPlace = [item: number, taskId: string, shared: number] | { settled: INodeExecutionData };

interface Stored extends Omit<Suspension, 'places'> {
	shared: Shared[];
	places: StoredPlace[];
}

/**
 * A suspension as it is stored with the execution. It is short, since n8n reads and parses the whole execution for each
 * webhook, and more than a megabyte of it four times as slowly (2.41.1). It is a text, since n8n's expressions, which read it
 * for `webhook()`, reject objects with names such as `constructor`, and a user's metadata may hold any (2.41.1).
 */
export function textOf({ places, ...suspension }: Suspension): string {
	const shared: Shared[] = [];
	const indexes = new Map<string, number>();
	const indexOf = (value: Shared): number => {
		const text = JSON.stringify(value);
		const index = indexes.get(text) ?? shared.push(value) - 1;
		indexes.set(text, index);
		return index;
	};
	const stored = places.map((place): StoredPlace => {
		if ('settled' in place) return place;
		const { item, taskId, ...others } = place.awaits;
		return [item, taskId, indexOf(others)];
	});
	return JSON.stringify({ ...suspension, shared, places: stored } satisfies Stored);
}

/** The suspension in a text; `null` for anything else. */
export function suspensionIn(text: unknown): Suspension | null {
	const kept = typeof text === 'string' ? parseJson(text) : null;
	if (!isRecord(kept) || !Array.isArray(kept.places) || !Array.isArray(kept.shared)) return null;
	const { places, shared, ...suspension } = kept as IDataObject & Stored;
	return { ...suspension, places: places.map((place) => placeIn(place, shared)) };
}

function placeIn(place: StoredPlace, shared: readonly Shared[]): Place {
	if (!Array.isArray(place)) return place;
	const [item, taskId, index] = place;
	return { awaits: { item, taskId, ...shared[index]! } };
}
