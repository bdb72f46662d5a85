import type { IDataObject } from 'n8n-workflow';

import type { FakeRequest, FakeResponse } from './fakeExecution';
import { png } from './images';
import { videoAt } from './scriptedApi';

const ROUTE = /^\/v1\/ai\/([a-z-]+\/happy-horse-1(?:-1)?)(?:\/([^/]+))?$/;

interface VendorTask {
	endpoint: string;
	status: string;
	request: IDataObject;
}

export const MP4 = Buffer.from('\0\0\0\x18ftypmp42 the rest of the clip', 'latin1');

/** The provider behind the network door, reduced to its tasks. `intervene` may respond or throw first. */
export class FakeVendor {
	readonly tasks = new Map<string, VendorTask>();

	intervene: (request: FakeRequest) => FakeResponse | undefined = () => undefined;

	/** Given a task ID at a read, so that tests can let time do its work. */
	onRead: () => void = () => {};

	respond(request: FakeRequest): FakeResponse {
		const special = this.intervene(request);
		if (special) return special;
		const url = new URL(request.url);
		if (url.hostname === 'images.example.com') return image(png());
		if (url.hostname === 'cdn.example.com') return { statusCode: 200, body: MP4 };
		if (url.pathname === '/v1/ai/uploads/request-url') return json(200, uploadSlot());
		if (url.hostname === 'upload.example.com') return { statusCode: 200, body: '' };
		const [, endpoint = '', id] = ROUTE.exec(url.pathname) ?? [];
		if (request.method === 'POST') return this.create(endpoint, request.body as IDataObject);
		this.onRead();
		return id === undefined ? this.list(endpoint) : this.read(id);
	}

	finishAll(status = 'COMPLETED'): void {
		for (const task of this.tasks.values()) task.status = status;
	}

	private create(endpoint: string, request: IDataObject): FakeResponse {
		const id = `task-${this.tasks.size}`;
		this.tasks.set(id, { endpoint, status: 'CREATED', request });
		return json(200, { data: { task_id: id, status: 'CREATED', generated: [] } });
	}

	private list(endpoint: string): FakeResponse {
		const data = [...this.tasks]
			.filter(([, task]) => task.endpoint === endpoint)
			.map(([task_id, { status }]) => ({ task_id, status }));
		return data.length > 0 ? json(200, { data }) : json(404, { message: 'Tasks not found' });
	}

	private read(id: string): FakeResponse {
		const task = this.tasks.get(id);
		if (!task) return json(404, { message: 'Not found' });
		const generated = task.status === 'COMPLETED' ? [videoAt(id)] : [];
		return json(200, { data: { task_id: id, status: task.status, generated } });
	}
}

export function json(statusCode: number, body: unknown): FakeResponse {
	return { statusCode, body: JSON.stringify(body) };
}

/** How a file server responds to a request for the beginning of an image. */
export function image(bytes: Buffer, total = 5000): FakeResponse {
	const headers = { 'content-range': `bytes 0-${bytes.length - 1}/${total}` };
	return { statusCode: 206, headers, body: bytes };
}

function uploadSlot() {
	return {
		files: [
			{
				file_id: 'upl_img_1',
				upload_url: 'https://upload.example.com/put?x-goog-signature=aa',
				headers: { 'Content-Type': 'image/png', 'x-goog-content-length-range': '0,1073741824' },
				asset_url: 'https://assets.example.com/1.png?token=bb',
			},
		],
	};
}
