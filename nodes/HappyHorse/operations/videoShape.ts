import { ANY_RATIO } from '../fields/requiredAspectRatio';
import { LONGEST_SECONDS } from '../fields/request';
import type { FileFacts } from '../media/verdict';
import { ValidationError } from '../validationError';
import type { CreateRequest } from './createRequest';

/** What was found out about the files of a request, by the names of the API. */
export type FactsByName = ReadonlyMap<string, FileFacts | undefined>;

interface Sides {
	width: number;
	height: number;
}

/** The shape that the video will have; `undefined` when the file that decides it could not be read. */
function sidesOf({ resource, fields }: CreateRequest, facts: FactsByName): Sides | undefined {
	const ratio = fields[resource.shapeFrom];
	if (typeof ratio === 'string') return sidesIn(ratio);
	const { width, height } = facts.get(resource.shapeFrom) ?? {};
	return width === undefined || height === undefined ? undefined : { width, height };
}

function sidesIn(ratio: string): Sides {
	const [width = 1, height = 1] = ratio.split(':').map(Number);
	return { width, height };
}

/** The aspect ratio of the video, such as `16:9`. */
export function aspectRatioOf(request: CreateRequest, facts: FactsByName): string | undefined {
	const sides = sidesOf(request, facts);
	if (sides === undefined) return undefined;
	const divisor = commonDivisor(sides.width, sides.height);
	return `${sides.width / divisor}:${sides.height / divisor}`;
}

function commonDivisor(a: number, b: number): number {
	return b === 0 ? a : commonDivisor(b, a % b);
}

/** The most seconds that the video can have. */
export function secondsOf({ resource, fields }: CreateRequest, facts: FactsByName): number {
	const seconds = fields[resource.lengthFrom] ?? facts.get(resource.lengthFrom)?.seconds;
	return Math.min(typeof seconds === 'number' ? seconds : LONGEST_SECONDS, LONGEST_SECONDS);
}

/** Two in a hundred. */
const TOLERANCE = 50;

/** @throws ValidationError when it is known that the video would have another shape than the user wants. */
export function assertShape(request: CreateRequest, facts: FactsByName, wanted: string): void {
	const sides = sidesOf(request, facts);
	if (wanted === ANY_RATIO || sides === undefined) return;
	const { width, height } = sidesIn(wanted);
	// Whole numbers: 1.02 as a fraction would round.
	const difference = Math.abs(sides.width * height - sides.height * width);
	if (TOLERANCE * difference <= sides.height * width) return;
	throw new ValidationError(
		`The image has ${sides.width}x${sides.height} pixels, which is not ${wanted} ('Required Aspect Ratio')`,
		"The video would have the shape of the image. Crop the image first, such as with the Edit Image node, or use 'Reference to Video', where the shape can be chosen. Nothing was created or charged.",
	);
}
