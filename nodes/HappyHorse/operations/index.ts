import type { INodeProperties } from 'n8n-workflow';

import { resources } from '../resources';
import { create } from './create';
import { createAndWait } from './createAndWait';
import { download } from './download';
import { get } from './get';
import { getAll } from './getAll';
import type { Operation } from './operation';
import { propertiesFor } from './properties';
import { wait } from './wait';

/** The one list of operations, in the order of their names. */
const all: readonly Operation[] = [create, createAndWait, download, get, getAll, wait];

export const operations: ReadonlyMap<string, Operation> = new Map(
	all.map((operation) => [operation.value, operation]),
);

/** All fields of the node. */
export const properties: INodeProperties[] = propertiesFor(resources, all);
