import type { Medium } from '../fields/media';
import type { Field, RequestField } from '../fields/types/field';

export interface Model {
	name: string;
	/** Last part of the path at the API. */
	value: string;
}

/** A kind of video: what it is made of, and where the API makes it. Data only. */
export interface Resource {
	/** In saved workflows. */
	value: string;
	/** What users see. */
	name: string;
	description: string;
	/** In the list of actions: "Create video from image". */
	action: string;
	/** Part of the path at the API. */
	mode: string;
	/** The first one is the default. Where there is but one, users see no field. */
	models: readonly [Model, ...Model[]];
	media: readonly Medium[];
	/** From top to bottom, as users see them; those of "Options" come last. */
	fields: readonly RequestField[];
	/** Further entries of "Options" that are about the request, but not sent. */
	options: readonly Field[];
	/** The API field that decides the shape of the video: a ratio, or a file whose shape it keeps. */
	shapeFrom: string;
	/** The API field that decides the length of the video: seconds, or a video that is as long. */
	lengthFrom: string;
}

export const HAPPY_HORSE_1: Model = { name: 'Happy Horse 1.0', value: 'happy-horse-1' };

export const HAPPY_HORSE_1_1: Model = { name: 'Happy Horse 1.1', value: 'happy-horse-1-1' };
