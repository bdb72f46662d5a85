import { LONGEST_SECONDS } from '../fields/requestFields';
import { ANY_RATIO } from '../fields/requiredAspectRatio';
import type { FileFacts } from '../media/verdict';
import { ValidationError } from '../validationError';
import type { CreateRequest } from './readRequest';

/** What was found out about the files of a request, by the names of the API. */
export type FactsByName = ReadonlyMap<string, FileFacts | undefined>;

interface Sides {
	width: number;
	height: number;
	/** The file says that its sides are to be swapped. Whether the API does so is not documented. */
	isSideways?: boolean;
}

/** EXIF: viewers turn it by 90 or 270 degrees. */
const FIRST_SIDEWAYS = 5;

/** The shape that the video will have; `undefined` when the file that decides it could not be read. */
function sidesOf({ resource, fields }: CreateRequest, facts: FactsByName): Sides | undefined {
	const ratio = fields[resource.shapeFrom];
	if (typeof ratio === 'string') return sidesIn(ratio);
	const { width, height, orientation = 1 } = facts.get(resource.shapeFrom) ?? {};
	if (width === undefined || height === undefined) return undefined;
	return { width, height, isSideways: orientation >= FIRST_SIDEWAYS && width !== height };
}

function sidesIn(ratio: string): Sides {
	const [width = 1, height = 1] = ratio.split(':').map(Number);
	return { width, height };
}

/** The aspect ratio of the video, such as `16:9`, as far as it is known. */
export function aspectRatioOf(request: CreateRequest, facts: FactsByName): string | undefined {
	const sides = sidesOf(request, facts);
	if (sides === undefined || sides.isSideways) return undefined;
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

/** What users should know of an image whose shape the video keeps, although nothing is rejected. */
export function shapeHint(request: CreateRequest, facts: FactsByName): string | undefined {
	const sides = sidesOf(request, facts);
	if (!sides?.isSideways) return undefined;
	return `An image is ${sidewaysWords(sides)}: its video may come out in either shape. ${UPRIGHT}`;
}

const sidewaysWords = ({ width, height }: Sides) =>
	`stored sideways (${width}x${height} pixels, which viewers show as ${height}x${width})`;

/** Whatever it does to an image, it turns it upright before and takes the EXIF data out (n8n 2.41.1). */
const UPRIGHT = "n8n's Edit Image node stores images upright, with any operation.";

/** @throws ValidationError unless the video would have the shape that the user wants, as far as its shape is known. */
export function assertShape(request: CreateRequest, facts: FactsByName, wanted: string): void {
	const sides = sidesOf(request, facts);
	if (wanted === ANY_RATIO || sides === undefined) return;
	const isStored = hasShape(sides, wanted);
	const isShown = sides.isSideways
		? hasShape({ width: sides.height, height: sides.width }, wanted)
		: isStored;
	if (isStored && isShown) return;
	if (isStored || isShown) {
		throw new ValidationError(
			`The image is ${sidewaysWords(sides)}, so the video may not become ${wanted} ('Required Aspect Ratio')`,
			`It is not documented whether the API turns such images. ${UPRIGHT} If either shape will do, set 'Required Aspect Ratio' to 'Any'. Nothing was created or charged.`,
		);
	}
	throw new ValidationError(
		`The image has ${sides.width}x${sides.height} pixels, which is not ${wanted} ('Required Aspect Ratio')`,
		"The video would have the shape of the image. Crop the image first, such as with the Edit Image node, or use 'Reference to Video', where the shape can be chosen. Nothing was created or charged.",
	);
}

function hasShape(sides: Sides, wanted: string): boolean {
	const { width, height } = sidesIn(wanted);
	// Whole numbers: 1.02 as a fraction would round.
	const difference = Math.abs(sides.width * height - sides.height * width);
	return TOLERANCE * difference <= sides.height * width;
}
