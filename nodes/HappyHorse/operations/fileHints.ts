import type { Files } from '../media/files';
import type { OpenedMedium } from './openMedia';

/** What users should know of the files of a run, although none was rejected. */
export async function fileHints(
	files: Files,
	prepared: ReadonlyArray<{ media: OpenedMedium[]; shapeHint: string | undefined }>,
): Promise<string[]> {
	const { reasons, total } = await files.unclear();
	const unclear =
		reasons.length === 0
			? []
			: [
					`${reasons.length} of ${total} files could not be checked before the videos were created (${[...new Set(reasons)].join('; ')}). The provider may still be able to read them.`,
				];
	const ofShapes = prepared.flatMap(({ shapeHint }) => shapeHint ?? []);
	return [...unclear, ...new Set([...prepared.flatMap(smallHints), ...ofShapes])];
}

function smallHints({ media }: { media: OpenedMedium[] }): string[] {
	return media.flatMap(({ medium, files }) => {
		const { limits } = medium;
		const least = limits.kind === 'image' ? limits.recommendedSide : undefined;
		if (least === undefined) return [];
		const small = files.find(
			({ facts }) => Math.min(facts?.width ?? least, facts?.height ?? least) < least,
		);
		if (small?.facts === undefined) return [];
		const { width, height } = small.facts;
		return [
			`An image has only ${width}x${height} pixels. With at least ${least} on the shorter side the video becomes better.`,
		];
	});
}
