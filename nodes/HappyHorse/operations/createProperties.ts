import type { INodeProperties } from 'n8n-workflow';

import { idempotencyKey } from '../fields/idempotencyKey';
import { propertiesOf } from '../fields/media';
import { metadata } from '../fields/metadata';
import {
	checkMedia,
	dryRun,
	includeInputFields,
	maxConcurrency,
	maxTotalDuration,
	retryUnavailable,
} from '../fields/options';
import type { Field } from '../fields/types/field';
import type { Resource } from '../resources/resource';
import { modelField } from './model';

/** What a new video is made of, as users see it. */
export function requestProperties(resource: Resource): INodeProperties[] {
	return [
		...modelField(resource).properties,
		...resource.media.flatMap(propertiesOf),
		...resource.fields.filter((field) => !isOption(field)).flatMap((field) => field.properties),
	];
}

/** The entries of "Options" wherever videos are created. */
export function createOptions(resource: Resource): Field[] {
	return [
		checkMedia,
		dryRun,
		idempotencyKey,
		includeInputFields,
		maxConcurrency,
		maxTotalDuration,
		metadata,
		retryUnavailable,
		...resource.options,
		...resource.fields.filter(isOption),
	];
}

const isOption = ({ name }: Field): boolean => name.startsWith('options.');
