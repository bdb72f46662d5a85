import type { IDataObject } from 'n8n-workflow';

import { ValidationError } from '../validationError';
import { checkImage } from './checkImage';
import { checkVideo } from './checkVideo';
import type { FileReference, ItemFile, MediaLimits } from './itemFile';
import { readItemFile, storedIdOf, unusable } from './itemFile';
import { rejectionHint } from './rejectionHint';
import type { UploadContext } from './upload';
import { uploadFile } from './upload';
import type { FileFacts, Verdict } from './verdict';

/** Where a file comes from: a URL on the web, or the item itself. */
export type FileSource = { url: string } | FileReference;

/** Whose file it is, and what it has to be. */
export interface FileUse {
	item: number;
	/** How messages name the file: `'Image URL'`. */
	title: string;
	/** Label of the field that says where it comes from. */
	source: string;
	limits: MediaLimits;
	/** True to reject what the API would reject. */
	check: boolean;
	/** True to find out what it is, even if nothing is rejected for it. */
	look?: boolean;
}

/** A file that a request may name. */
export interface OpenedFile {
	/** Tells files apart: the URL, or a hash of the bytes. */
	identity: string;
	isUpload: boolean;
	/** Left out when the file was not, or could not be, checked. */
	facts?: FileFacts | undefined;
	/** Gives the URL that the API fetches. Uploads the file first if it is one of the item. */
	url(): Promise<string>;
}

type Inspected = Pick<ItemFile, 'identity' | 'verdict'>;

/** The files of a run. Each is checked once and uploaded once, however many items use it. */
export class Files {
	private readonly verdicts = new Map<string, Promise<Verdict>>();

	private readonly inspected = new Map<string, Promise<Inspected>>();

	private readonly uploads = new Map<string, Promise<string>>();

	private turn: Promise<unknown> = Promise.resolve();

	constructor(private readonly run: UploadContext) {}

	/** @throws ValidationError for a file that the API would reject. */
	async open(source: FileSource, use: FileUse): Promise<OpenedFile> {
		return 'url' in source
			? await this.openUrl(source.url, use)
			: await this.openItemFile(source, use);
	}

	/** Why files could not be checked, and how many there were. */
	async unclear(): Promise<{ reasons: string[]; total: number }> {
		const all = await Promise.all(this.verdicts.values());
		const reasons = all.flatMap((verdict) => (verdict.kind === 'unclear' ? [verdict.reason] : []));
		return { reasons, total: all.length };
	}

	private async openUrl(url: string, use: FileUse): Promise<OpenedFile> {
		const { title, source, limits, check, look = check } = use;
		const opened = { identity: url, isUpload: false, url: async () => url };
		if (!look) return opened;
		const key = `${limits.kind} ${url}`;
		const looking = this.verdicts.get(key) ?? this.lookAt(url, limits);
		this.verdicts.set(key, looking);
		const verdict = await looking;
		if (verdict.kind !== 'rejected' || !check) return { ...opened, facts: factsIn(verdict) };
		throw new ValidationError(
			`${title} cannot be used. ${verdict.problem}`,
			rejectionHint(verdict.cause, { kind: limits.kind, source }),
		);
	}

	private async lookAt(url: string, limits: MediaLimits): Promise<Verdict> {
		const { context, api, clock } = this.run;
		const look = { url, allowLocal: api.provider.isLocal, clock };
		return limits.kind === 'image'
			? await checkImage(context, { ...look, limits })
			: await checkVideo(context, { ...look, limits });
	}

	private async openItemFile(file: FileReference, use: FileUse): Promise<OpenedFile> {
		const read = async () => await readItemFile(this.run.context, { ...use, file });
		const { identity, verdict } = await this.inspect(read, { ...use, file });
		const { check, look = check } = use;
		if (look) this.verdicts.set(`${use.limits.kind} ${identity}`, Promise.resolve(verdict));
		if (check && verdict.kind === 'rejected') throw unusable(nameOf(file), verdict.problem);
		return {
			identity,
			isUpload: true,
			facts: factsIn(verdict),
			url: async () => await this.upload(identity, read, use.limits),
		};
	}

	/** Only the hash is kept: the bytes of a whole batch may be more than n8n can hold. */
	private async inspect(
		read: () => Promise<ItemFile>,
		use: FileUse & { file: FileReference },
	): Promise<Inspected> {
		const id = storedIdOf(this.run.context, use);
		const key = `${use.limits.kind} ${id}`;
		const inspecting =
			(id && this.inspected.get(key)) ||
			this.inTurn(use.limits, async () => {
				const { identity, verdict } = await read();
				return { identity, verdict };
			});
		if (id) this.inspected.set(key, inspecting);
		// The next item that has the file may be luckier, if it was not the file.
		inspecting.catch((error) => {
			if (!(error instanceof ValidationError)) this.inspected.delete(key);
		});
		return await inspecting;
	}

	private async upload(
		identity: string,
		read: () => Promise<ItemFile>,
		limits: MediaLimits,
	): Promise<string> {
		const uploading =
			this.uploads.get(identity) ??
			this.inTurn(limits, async () => await uploadFile(this.run, await read()));
		this.uploads.set(identity, uploading);
		// The next item that uses the file may be luckier.
		uploading.catch(() => this.uploads.delete(identity));
		return await uploading;
	}

	/** A source video may have 100 MB, so only one of them is in memory at a time. */
	private async inTurn<T>({ kind }: MediaLimits, work: () => Promise<T>): Promise<T> {
		if (kind === 'image') return await work();
		const done = this.turn.then(work);
		this.turn = done.catch(() => undefined);
		return await done;
	}
}

function factsIn(verdict: Verdict): FileFacts | undefined {
	return verdict.kind === 'unclear' ? undefined : verdict.facts;
}

function nameOf(file: FileReference): string {
	if ('property' in file) return file.property;
	const { fileName }: IDataObject = file.binary;
	return typeof fileName === 'string' ? fileName : 'data';
}
