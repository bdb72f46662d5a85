import type { IExecuteFunctions } from 'n8n-workflow';

import { choiceField } from '../fields/types/choice';
import type { Field } from '../fields/types/field';
import { readField } from '../fields/types/field';
import type { Resource } from '../resources/resource';
import type { Endpoint } from '../tasks/endpoint';
import { endpointOf } from '../tasks/endpoint';

/** The choice of the model. Where there is but one, users see no field, and it is that one. */
export function modelField({ models }: Pick<Resource, 'models'>): Field<string> {
	const [first, ...others] = models;
	const field = choiceField({
		name: 'model',
		label: 'Model',
		choices: models,
		default: first.value,
		description: 'The version of Happy Horse. A task is found only under the model that made it.',
	});
	return others.length > 0 ? field : { ...field, properties: [], check: () => first.value };
}

/** @throws ValidationError */
export function readEndpoint(
	context: IExecuteFunctions,
	resource: Resource,
	item: number,
): Endpoint {
	return endpointOf(resource.mode, readField(context, modelField(resource), item));
}
