import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { modelOf, modeOf } from '../tasks/endpoint';
import { ValidationError } from '../validationError';
import { RESUME_PATH } from '../waiting/resumeUrl';
import { withoutSignedQuery } from '../webhook/signedQuery';
import type { OpenedMedium } from './openMedia';
import { shownMedia } from './openMedia';
import type { Prepared, Settled } from './prepare';

/**
 * Replaces each dry-run item by the request that would be sent, with the seconds of video that all of them would cost. A
 * dry-run item is never sent, even if other items of the run are.
 *
 * @throws ValidationError when they are longer in total than the user allows.
 */
export function settleDryRuns<T>(
	context: IExecuteFunctions,
	prepared: ReadonlyArray<Prepared<T> | Settled>,
	maxTotalSeconds: number,
): Array<Prepared<T> | Settled> {
	const dry = prepared.filter((entry) => 'request' in entry).filter((entry) => entry.dryRun);
	assertAffordable(dry, maxTotalSeconds);
	const seconds = secondsByResolution(dry);
	const batch = { videos: dry.length, seconds_by_resolution: seconds };
	if (dry.length > 0) {
		const whole = prepared.length;
		const which = dry.length === whole ? 'Dry run' : `Dry run of ${dry.length} of ${whole} items`;
		const message = `${which}: nothing was created or charged. ${dry.length} videos would have at most ${inWords(seconds)}.`;
		context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
	}
	return prepared.map((entry) =>
		'request' in entry && entry.dryRun
			? {
					item: entry.item,
					settled: { json: shown(entry, batch), pairedItem: { item: entry.item } },
				}
			: entry,
	);
}

function inWords(seconds: Record<string, number>): string {
	return Object.entries(seconds)
		.map(([resolution, sum]) => `${sum} seconds at ${resolution}`)
		.join(' and ');
}

/** @throws ValidationError when the videos of these items are longer in total than the user allows. */
export function assertAffordable<T>(items: ReadonlyArray<Prepared<T>>, maxSeconds: number): void {
	const sum = toThousandths(items.reduce((total, { seconds }) => total + seconds, 0));
	if (sum <= maxSeconds) return;
	throw new ValidationError(
		`The videos of this run would have ${sum} seconds in total, more than 'Max Total Duration' allows (${maxSeconds} seconds)`,
		"Hand over fewer items, shorten the videos, or raise 'Max Total Duration' in the options. Nothing was created or charged.",
	);
}

function shown<T>(
	{ request, media, webhookUrl, seconds, aspectRatio }: Prepared<T>,
	batch: IDataObject,
): IDataObject {
	const { fields, endpoint, metadata } = request;
	const files = media.flatMap(factsOf);
	return {
		dry_run: true,
		mode: modeOf(endpoint),
		model: modelOf(endpoint),
		request: {
			...shownMedia(media),
			...fields,
			...(webhookUrl === undefined ? {} : { webhook_url: withoutSecrets(webhookUrl) }),
		},
		...(files.length === 0 ? {} : { files }),
		video_seconds: seconds,
		resolution: fields.resolution,
		...(aspectRatio === undefined ? {} : { aspect_ratio: aspectRatio }),
		batch,
		...(metadata === undefined ? {} : { metadata }),
	};
}

/** What is known of each file; a file that was not, or could not be, checked is left out. */
function factsOf({ medium, files }: OpenedMedium): IDataObject[] {
	return files.flatMap(({ facts }, index) =>
		facts === undefined
			? []
			: [{ field: files.length > 1 ? `${medium.apiName}[${index}]` : medium.apiName, ...facts }],
	);
}

function secondsByResolution<T>(dry: ReadonlyArray<Prepared<T>>): Record<string, number> {
	const sums: Record<string, number> = {};
	for (const { request, seconds } of dry) {
		const resolution = String(request.fields.resolution);
		sums[resolution] = toThousandths((sums[resolution] ?? 0) + seconds);
	}
	return sums;
}

/** Lengths of videos have three decimals; their sum as a number may have seventeen. */
const toThousandths = (seconds: number) => Math.round(seconds * 1000) / 1000;

/** What is shown is stored with the execution: the query of a resume URL holds n8n's token. */
function withoutSecrets(webhookUrl: string): string {
	const { origin, pathname } = new URL(webhookUrl);
	return pathname.endsWith(`/${RESUME_PATH}`) ? origin + pathname : withoutSignedQuery(webhookUrl);
}
