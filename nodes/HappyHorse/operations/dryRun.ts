import type { IDataObject } from 'n8n-workflow';

import { modelOf, modeOf } from '../tasks/endpoint';
import { ValidationError } from '../validationError';
import type { Prepared, Settled } from './prepare';

/**
 * Replaces each dry-run item by the request that would be sent, with the seconds of video that all of them would cost. A
 * dry-run item is never sent, even if other items of the run are.
 *
 * @throws ValidationError when they are longer in total than the user allows.
 */
export function settleDryRuns<T>(
	prepared: ReadonlyArray<Prepared<T> | Settled>,
	maxTotalSeconds: number,
): Array<Prepared<T> | Settled> {
	const dry = prepared.filter((entry) => 'request' in entry).filter(({ dryRun }) => dryRun);
	assertAffordable(dry, maxTotalSeconds);
	const batch = { videos: dry.length, seconds_by_resolution: secondsByResolution(dry) };
	return prepared.map((entry) =>
		'request' in entry && entry.dryRun
			? {
					item: entry.item,
					settled: { json: shown(entry, batch), pairedItem: { item: entry.item } },
				}
			: entry,
	);
}

/** @throws ValidationError when the videos of these items are longer in total than the user allows. */
export function assertAffordable<T>(items: ReadonlyArray<Prepared<T>>, maxSeconds: number): void {
	const sum = items.reduce((total, { request }) => total + request.fields.duration, 0);
	if (sum <= maxSeconds) return;
	throw new ValidationError(
		`The videos of this run would have ${sum} seconds in total, more than 'Max Total Duration' allows (${maxSeconds} seconds)`,
		"Hand over fewer items, shorten the videos, or raise 'Max Total Duration' in the options. Nothing was created or charged.",
	);
}

function shown<T>(
	{ request, webhookUrl, imageFacts }: Prepared<T>,
	batch: IDataObject,
): IDataObject {
	const { fields, image, endpoint, metadata } = request;
	return {
		dry_run: true,
		mode: modeOf(endpoint),
		model: modelOf(endpoint),
		request: {
			image_url: 'url' in image ? image.url : `(uploaded from the field '${image.binaryProperty}')`,
			...fields,
			...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl }),
		},
		...(imageFacts === undefined ? {} : { image: { ...imageFacts } }),
		video_seconds: fields.duration,
		resolution: fields.resolution,
		batch,
		...(metadata === undefined ? {} : { metadata }),
	};
}

function secondsByResolution<T>(dry: ReadonlyArray<Prepared<T>>): IDataObject {
	const seconds: Record<string, number> = {};
	for (const { request } of dry) {
		const { resolution, duration } = request.fields;
		seconds[resolution] = (seconds[resolution] ?? 0) + duration;
	}
	return seconds;
}
