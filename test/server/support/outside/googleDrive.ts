import { signedIn } from './googleLogin';
import type { OutsideService } from './services';

export interface DriveFile {
	id: string;
	name: string;
	mimeType: string;
	content: Buffer;
}

export interface GoogleDrive extends OutsideService {
	files: DriveFile[];
	/** Rejects the upload of files whose name matches, because the disk is full. */
	reject: RegExp | undefined;
}

/** Google Drive API v3, as far as a resumable upload goes. */
export function googleDrive(): GoogleDrive {
	const drive: GoogleDrive = {
		hosts: ['www.googleapis.com'],
		files: [],
		reject: undefined,
		routes(app) {
			app.post<{ Body: { name: string }; Querystring: { uploadType: string } }>(
				'/upload/drive/v3/files',
				{ preHandler: signedIn },
				(request, reply) => {
					const { name } = request.body;
					if (request.query.uploadType !== 'resumable') return reply.code(400).send();
					if (drive.reject?.test(name)) return reply.code(403).send({ error: full });
					const id = `file-${drive.files.length + 1}`;
					const mimeType = String(request.headers['x-upload-content-type']);
					drive.files.push({ id, name, mimeType, content: Buffer.alloc(0) });
					const url = `https://www.googleapis.com/upload/drive/v3/files?upload_id=${id}`;
					return reply.header('location', url).send('');
				},
			);
			app.put<{ Body: Buffer; Querystring: { upload_id: string } }>(
				'/upload/drive/v3/files',
				({ body, query, headers }, reply) => {
					const file = drive.files.find(({ id }) => id === query.upload_id);
					if (!file) return reply.code(404).send();
					file.content = Buffer.concat([file.content, body]);
					const total = Number(headers['content-range']?.split('/')[1]);
					if (file.content.length < total) return reply.code(308).send();
					return reply.send({ id: file.id, name: file.name });
				},
			);
			app.patch<{
				Params: { id: string };
				Body: { name: string };
				Querystring: { fields?: string };
			}>('/drive/v3/files/:id', { preHandler: signedIn }, ({ params, body, query }, reply) => {
				const file = drive.files.find(({ id }) => id === params.id);
				if (!file) return reply.code(404).send();
				file.name = body.name;
				const { id, name, mimeType } = file;
				const short = { kind: 'drive#file', id, name, mimeType };
				const webViewLink = `https://drive.google.com/file/d/${id}/view`;
				return reply.send(query.fields === '*' ? { ...short, webViewLink } : short);
			});
		},
	};
	return drive;
}

const full = { code: 403, message: "The user's Drive storage quota has been exceeded." };
