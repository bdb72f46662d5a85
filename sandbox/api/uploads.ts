import { randomBytes } from 'node:crypto';
import type { UrlSigner } from './sign';
import type { SandboxSettings, SandboxUpload } from './wire';

const FILE_SECONDS = 7 * 86_400;
const LENGTH_RANGE = '0,1073741824';

export interface Upload extends SandboxUpload {
	owner: string;
	bytes: Buffer | null;
}

/** Files given to the sandbox, by their id. */
export class Uploads {
	private readonly files = new Map<string, Upload>();

	constructor(
		private readonly signer: UrlSigner,
		private readonly settings: SandboxSettings,
	) {}

	/** Opens one upload and returns its entry in the response of `request-url`. */
	open(base: string, { owner, contentType }: { owner: string; contentType: string }) {
		const fileId = `upl_${contentType.slice(0, 3)}_${randomBytes(12).toString('hex')}`;
		const createdAt = Date.now();
		this.files.set(fileId, { fileId, contentType, owner, createdAt, sizeBytes: null, bytes: null });
		const { uploadSeconds } = this.settings;
		return {
			file_id: fileId,
			upload_url: base + this.signer.sign(`/uploads/put/${fileId}`, uploadSeconds),
			headers: { 'Content-Type': contentType, 'x-goog-content-length-range': LENGTH_RANGE },
			expires_in: uploadSeconds,
			...this.asset(base, fileId),
		};
	}

	get(fileId: string): Upload | undefined {
		return this.files.get(fileId);
	}

	/** The entries of `GET /v1/ai/uploads`: files that arrived, newest first. */
	list(base: string, owner: string) {
		return this.all()
			.filter((file) => file.owner === owner && file.sizeBytes !== null)
			.map((file) => ({
				file_id: file.fileId,
				content_type: file.contentType,
				size_bytes: file.sizeBytes,
				created_at: new Date(file.createdAt).toISOString(),
				expires_at: new Date(file.createdAt + FILE_SECONDS * 1000).toISOString(),
				ttl_seconds: FILE_SECONDS,
				...this.asset(base, file.fileId),
			}));
	}

	all(): Upload[] {
		return [...this.files.values()].reverse();
	}

	clear(): void {
		this.files.clear();
	}

	/** Headers that belong to the signature of a PUT but are missing or different. */
	wrongHeaders(file: Upload, headers: Record<string, unknown>): string[] {
		const signed = {
			'content-type': file.contentType,
			'x-goog-content-length-range': LENGTH_RANGE,
		};
		return Object.entries(signed)
			.filter(([name, value]) => headers[name] !== value)
			.map(([name]) => name);
	}

	private asset(base: string, fileId: string) {
		const { assetSeconds } = this.settings;
		return {
			asset_url: base + this.signer.sign(`/uploads/asset/${fileId}`, assetSeconds),
			asset_url_expires_in: assetSeconds,
		};
	}
}
