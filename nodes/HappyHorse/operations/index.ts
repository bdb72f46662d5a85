import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { create } from './create';
import { createAndWait } from './createAndWait';
import { download } from './download';
import { get } from './get';
import { getAll } from './getAll';
import type { Operation } from './operation';
import { fieldsOf } from './operation';
import { wait } from './wait';

/** The one list of operations, in the order of their names. */
const all: readonly Operation[] = [create, createAndWait, download, get, getAll, wait];

export const operations: ReadonlyMap<string, Operation> = new Map(
	all.map((operation) => [String(operation.option.value), operation]),
);

export const operationOptions: INodePropertyOptions[] = all.map(({ option }) => option);

export const operationFields: INodeProperties[] = all.flatMap(fieldsOf);
