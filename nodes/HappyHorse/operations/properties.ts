import type { INodeProperties } from 'n8n-workflow';

import type { Resource } from '../resources/resource';
import type { Operation } from './operation';

/** All that n8n shows of the resources and their operations. A field that several resources share is one property. */
export function propertiesFor(
	resources: readonly Resource[],
	operations: readonly Operation[],
): INodeProperties[] {
	const first = resources[0]?.value ?? '';
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			default: first,
			options: resources.map(({ name, value, description }) => ({ name, value, description })),
		},
		...resources.map((resource) => operationProperty(resource, operations)),
		...operations.flatMap((operation) => fieldsOf(operation, resources)),
	];
}

function operationProperty(resource: Resource, operations: readonly Operation[]): INodeProperties {
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		default: 'createAndWait',
		displayOptions: { show: { resource: [resource.value] } },
		options: operations.map(({ name, value, description, action }) => ({
			name,
			value,
			description,
			action: action(resource),
		})),
	};
}

interface Shared {
	property: INodeProperties;
	/** As JSON, by which the same property is recognized. */
	text: string;
	resources: string[];
}

/** The fields of an operation, each to be seen only with its resources, in the order that each resource wants. */
function fieldsOf(operation: Operation, resources: readonly Resource[]): INodeProperties[] {
	const shared: Shared[] = [];
	for (const resource of resources) {
		let place = 0;
		for (const property of operation.properties(resource)) {
			const text = JSON.stringify(property);
			const known = shared.findIndex((other, index) => index >= place && other.text === text);
			if (known === -1) shared.splice(place++, 0, { property, text, resources: [resource.value] });
			else {
				shared[known]!.resources.push(resource.value);
				place = known + 1;
			}
		}
	}
	return shared.map(({ property, resources: shownFor }) => ({
		...property,
		displayOptions: {
			...property.displayOptions,
			show: {
				resource: shownFor,
				operation: [operation.value],
				...property.displayOptions?.show,
			},
		},
	}));
}
