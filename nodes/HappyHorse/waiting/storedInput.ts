import type { IDataObject, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { parseJson } from '../http/json';
import { nodeReference } from '../n8n/nodeReference';
import type { InputOf } from '../output/inputFields';
import { isRecord } from '../tasks/task';

const SHELF = 'input';

/**
 * Keeps the fields of the input items with a suspended execution. They are the objects of the node before, which n8n stores once
 * (2.41.1, 1.123.81), so they add next to nothing to what each webhook has to load.
 *
 * @returns true when there is something to keep.
 */
export function storeInput(context: IExecuteFunctions, items: number, inputOf: InputOf): boolean {
	const kept = Array.from({ length: items }, (_, item) => inputOf(item) ?? null);
	const shelf = context.getContext('node');
	delete shelf[SHELF];
	if (kept.every((input) => input === null)) return false;
	shelf[SHELF] = kept;
	return true;
}

/** What was stored, when n8n runs the node again after a suspension. */
export function storedInput(context: IExecuteFunctions): InputOf {
	const kept: unknown = context.getContext('node')[SHELF];
	return (item) => recordOf(Array.isArray(kept) ? kept[item] : undefined);
}

/**
 * What was stored, for `webhook()`. Each item is read by itself and as a text: n8n's expressions reject objects with names such
 * as `constructor`, and leave fields with such names out (2.41.1). A video comes out without the fields if they cannot be read.
 */
export function storedInputForWebhook(context: IWebhookFunctions): InputOf {
	const self = nodeReference(context.getNode().name);
	return (item) => {
		try {
			const expression = `{{ JSON.stringify(${self}.context.${SHELF}[${item}]) }}`;
			return recordOf(parseJson(String(context.evaluateExpression(expression, 0))));
		} catch {
			return undefined;
		}
	};
}

const recordOf = (value: unknown): IDataObject | undefined => (isRecord(value) ? value : undefined);
