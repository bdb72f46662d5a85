/** The good and the wrong requests of each resource, with files that the sandbox serves. */
import type { IDataObject } from 'n8n-workflow';

import type { Resource } from '../../../../nodes/HappyHorse/resources/resource';
import type { EndpointName } from '../../../../sandbox/api/wire';
import type { RequestCase, Wrong } from '../../../unit/support/requestCases';
import { CASES, SMALL_IMAGE } from '../../../unit/support/requestCases';

/** For `describe.each`: the name of a resource, and its case. */
export const RESOURCE_CASES = CASES.map((theCase): [name: string, theCase: RequestCase] => [
	theCase.resource.value,
	theCase,
]);

/** Next to n8n, the sandbox can open what a provider on the internet cannot. */
const isWrongAnywhere = ([, change]: Wrong) => !JSON.stringify(change).includes('//localhost/');

/** What is wrong with a request although the provider is the sandbox. */
export const wrongAtSandbox = ({ wrong }: RequestCase): Wrong[] => wrong.filter(isWrongAnywhere);

/** Puts files of the sandbox in the place of those of the unit tests, anywhere in a value. */
export function withSandboxFiles<T>(value: T, sandboxUrl: string): T {
	const text = JSON.stringify(value)
		.replaceAll(SMALL_IMAGE, `${sandboxUrl}/images/200x200.png`)
		.replaceAll(
			/https:\/\/images\.example\.com\/(\w+)\.png/g,
			`${sandboxUrl}/images/640x480.png?n=$1`,
		)
		.replaceAll(
			/https:\/\/videos\.example\.com\/(\d+)s\.mp4/g,
			`${sandboxUrl}/videos/480x360.mp4?fps=9&seconds=$1`,
		);
	return JSON.parse(text) as T;
}

/** URLs of files that the sandbox draws, by names such as `400x300.png?n=2`. */
export interface SandboxFiles {
	image(name: string): string;
	video(name: string): string;
}

export const filesOf = (sandboxUrl: string): SandboxFiles => ({
	image: (name) => `${sandboxUrl}/images/${name}`,
	video: (name) => `${sandboxUrl}/videos/${name}`,
});

/** A good request, changed; the options of both count. */
export function requestOf(
	{ parameters, resource }: RequestCase,
	sandboxUrl: string,
	change: IDataObject = {},
): IDataObject {
	const [{ value }, ...others] = resource.models;
	const model = others.length > 0 ? { model: value } : {};
	const options = { ...(parameters.options as IDataObject), ...(change.options as IDataObject) };
	return withSandboxFiles({ ...model, ...parameters, ...change, options }, sandboxUrl);
}

/** Options that have to have a value for each item where they are expressions: without one, the item would be paid for. */
const UNSET: Record<string, string> = { dryRun: 'false', requiredAspectRatio: "'any'" };

/** Node parameters that take each value from `request` of the item, under the names that any of these requests has. */
export function parametersFrom(
	{ resource }: RequestCase,
	requests: readonly IDataObject[],
	others: IDataObject = {},
): IDataObject {
	const fromRequests = (path: string, objects: readonly unknown[]): IDataObject => {
		const names = new Set(objects.flatMap((each) => Object.keys(Object(each) as object)));
		names.delete('options');
		return Object.fromEntries(
			[...names].map((name) => {
				const value = `$('Items').item.json.request${path}.${name}`;
				const unset = UNSET[name];
				return [
					name,
					unset ? `={{ ${value} === undefined ? ${unset} : ${value} }}` : `={{ ${value} }}`,
				];
			}),
		);
	};
	return {
		...{ resource: resource.value, operation: 'create', callback: 'none' },
		...fromRequests('', requests),
		...others,
		options: {
			...fromRequests(
				'.options',
				requests.map(({ options }) => options),
			),
			...(others.options as IDataObject),
		},
	};
}

export const endpointsOf = ({ mode, models }: Resource): EndpointName[] =>
	models.map(({ value }) => `${mode}/${value}` as EndpointName);

/** Width by height of the video for a body: of the ratio it requests, or else of its first file. */
export function shapeOf(body: IDataObject): number {
	const text = String(
		body.aspect_ratio ?? JSON.stringify(body).replace(/^.*?(\d+)x(\d+)\..*$/, '$1:$2'),
	);
	const [width = NaN, height = NaN] = text.split(':').map(Number);
	return width / height;
}

/** Seconds of the video for a body: as requested, or else as long as the source. */
export const secondsOf = (body: IDataObject): number =>
	Number(body.duration ?? /seconds=(\d+)/.exec(String(body.video_url))?.[1]);
