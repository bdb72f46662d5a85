import { Session } from './session';
import type { WorkflowJson } from './wire';

export const OWNER = {
	email: 'owner@happy-horse.local',
	firstName: 'Happy',
	lastName: 'Horse',
	password: 'Happy-Horse-2026',
};

/** What a user keeps in an n8n: the account, credentials and workflows. */
export class Workspace {
	protected readonly session: Session;
	private majorVersion: number | undefined;

	constructor(readonly url: string) {
		this.session = new Session(url);
	}

	/** Any REST request this class has no method for; returns `data` of the response. */
	async rest(method: string, path: string, body?: unknown): Promise<unknown> {
		return await this.session.rest(method, path, body === undefined ? {} : { body });
	}

	/** A page of n8n outside its REST API, such as the one after a sign-in elsewhere. */
	async page(path: string): Promise<string> {
		return await (await this.session.send('GET', path)).text();
	}

	/** Makes the first user of a fresh n8n, and logs in as that user. */
	async setupOwner(): Promise<void> {
		await this.rest('POST', 'owner/setup', OWNER);
	}

	async login(): Promise<void> {
		const { email, password } = OWNER;
		await this.rest('POST', 'login', { emailOrLdapLoginId: email, email, password });
	}

	/** 1 or 2. */
	async major(): Promise<number> {
		if (this.majorVersion === undefined) {
			const settings = (await this.rest('GET', 'settings')) as { versionCli: string };
			this.majorVersion = Number(settings.versionCli.split('.')[0]);
		}
		return this.majorVersion;
	}

	async createCredential(
		type: string,
		{ name, data }: { name: string; data: Record<string, unknown> },
	): Promise<string> {
		const made = await this.rest('POST', 'credentials', { name, type, data });
		return (made as { id: string }).id;
	}

	async deleteCredential(id: string): Promise<void> {
		await this.rest('DELETE', `credentials/${id}`);
	}

	/** Presses the "Test" of a credential; n8n tests stored ones only, so it is kept for a moment. */
	async testCredential(
		type: string,
		data: Record<string, unknown>,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		const name = `test of ${type}`;
		const id = await this.createCredential(type, { name, data });
		try {
			const response = await this.rest('POST', 'credentials/test', {
				credentials: { id, name, type, data },
			});
			return response as { status: 'OK' | 'Error'; message: string };
		} finally {
			await this.deleteCredential(id);
		}
	}

	/** Saves a workflow and, unless told otherwise, publishes it. Returns its ID. */
	async importWorkflow(
		workflow: WorkflowJson,
		{ activate = true }: { activate?: boolean } = {},
	): Promise<string> {
		const { name = 'Workflow', nodes, connections, settings = {}, pinData = {}, meta } = workflow;
		const made = await this.rest('POST', 'workflows', {
			name,
			nodes,
			connections,
			settings,
			pinData,
			// n8n 1 rejects a workflow without it; n8n 2 publishes in a step of its own.
			active: false,
			...(meta === undefined ? {} : { meta }),
		});
		const { id } = made as { id: string };
		if (activate) await this.activate(id);
		return id;
	}

	async workflow(id: string): Promise<WorkflowJson> {
		return (await this.rest('GET', `workflows/${id}`)) as WorkflowJson;
	}

	/** Publishes the saved version. Webhooks respond a moment later: see `waitForWebhook`. */
	async activate(id: string): Promise<void> {
		const { versionId } = await this.workflow(id);
		if ((await this.major()) === 1) {
			await this.rest('PATCH', `workflows/${id}`, { active: true, versionId });
		} else {
			await this.rest('POST', `workflows/${id}/activate`, { versionId });
		}
	}

	async deactivate(id: string): Promise<void> {
		if ((await this.major()) === 1) {
			const { versionId } = await this.workflow(id);
			await this.rest('PATCH', `workflows/${id}`, { active: false, versionId });
		} else {
			await this.rest('POST', `workflows/${id}/deactivate`, {});
		}
	}

	/** Saves changed fields (a draft on n8n 2: `activate` publishes it). */
	async updateWorkflow(id: string, changes: WorkflowJson): Promise<void> {
		const { versionId } = await this.workflow(id);
		await this.rest('PATCH', `workflows/${id}?forceSave=true`, { ...changes, versionId });
	}

	/** Unpublishes it, too. */
	async archiveWorkflow(id: string): Promise<void> {
		await this.rest('POST', `workflows/${id}/archive`, {});
	}
}
