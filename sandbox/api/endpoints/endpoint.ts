import type { Image } from '../images';
import type { BodySchema } from './fields';

/** The body of a valid create request: only what every endpoint may have is named. */
export interface CreateBody extends Record<string, unknown> {
	prompt?: string;
	resolution?: '720P' | '1080P';
	duration?: number;
	aspect_ratio?: string;
	seed?: number;
	webhook_url?: string;
}

/** A file of a request: an image, or a source video with the image that stands for it. */
export interface InputFile extends Image {
	seconds?: number;
}

/** Fetches a file and checks the limits of its endpoint. Throws FileRejected. */
export type ReadFile = (url: string) => Promise<InputFile>;

/** What the video of a task shows, and its length. */
export interface Plan {
	image: Image;
	seconds: number;
}

/** One create path of the API, with its list and its get: all that is special about it. */
export interface Endpoint {
	/** the JSON schema of the body; it becomes part of the OpenAPI document */
	body: BodySchema;
	/** the fields that name files, in the order in which the video shows them */
	files: Readonly<Record<string, ReadFile>>;
	/** decides what the video of a valid request shows */
	plan: (body: CreateBody, files: readonly InputFile[]) => Plan | Promise<Plan>;
}
