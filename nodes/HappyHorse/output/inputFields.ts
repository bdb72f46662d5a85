import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { isRecord } from '../tasks/task';

/** The fields of an input item, by its index; `undefined` where they are not to come along. */
export type InputOf = (item: number) => IDataObject | undefined;

/**
 * The same items, with the fields of their input items under `input`: in a failed item among its details, since n8n's error output
 * takes nothing else. An item that has them already stays as it is.
 */
export function withInput(
	items: readonly INodeExecutionData[],
	inputOf: InputOf,
): INodeExecutionData[] {
	return items.map((item) => {
		const { json, pairedItem } = item;
		const input = inputOf((pairedItem as { item: number }).item);
		if (input === undefined) return item;
		const { error, problem, details } = json;
		const isFailed = (error ?? problem) !== undefined && isRecord(details);
		return {
			...item,
			json: isFailed ? { ...json, details: add(details, input) } : add(json, input),
		};
	});
}

const add = (json: IDataObject, input: IDataObject): IDataObject =>
	json.input === undefined ? { ...json, input } : json;
