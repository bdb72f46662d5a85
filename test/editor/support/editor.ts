import type { Locator, Page } from 'playwright-core';

import { OWNER } from '../../../sandbox/n8n/workspace';
import { n8nFacts } from '../../n8nFacts';

/** A name as a whole: "Get" is not "Get Many". */
const exactly = (text: string): RegExp =>
	new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);

/** n8n's editor as a person sees it: the canvas, the node panel, and the details of one node. */
export class Editor {
	readonly nodePanel: Locator;
	readonly details: Locator;
	readonly output: Locator;
	readonly credentialDialog: Locator;

	constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		this.nodePanel = page.getByTestId('node-creator');
		this.details = page.getByTestId('ndv');
		this.output = page.getByTestId('output-panel');
		this.credentialDialog = page.getByTestId('credential-edit-dialog');
	}

	async signIn(): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.locator('input[name="emailOrLdapLoginId"]').fill(OWNER.email);
		await this.page.locator('input[type="password"]').fill(OWNER.password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		await this.page.waitForURL(/\/home/);
	}

	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByTestId('canvas-add-button').waitFor();
	}

	/** The ID of the open workflow, which is saved first where the editor leaves that to the user. */
	async workflowId(): Promise<string> {
		if (!n8nFacts.savesByItself) {
			await this.page.keyboard.press('Control+s');
			await this.page.waitForURL(({ pathname }) => !pathname.startsWith('/workflow/new'));
		}
		return new URL(this.page.url()).pathname.split('/')[2] ?? '';
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** Pastes text onto the canvas: the event of the browser, since a headless one shares no clipboard. */
	async paste(text: string): Promise<void> {
		await this.page.evaluate(`{
			const clipboardData = new DataTransfer();
			clipboardData.setData('text/plain', ${JSON.stringify(text)});
			const init = { clipboardData, bubbles: true, cancelable: true };
			document.body.dispatchEvent(new ClipboardEvent('paste', init));
		}`);
	}

	/** Types into the search of the node panel, and gives the names that it finds for `found`. */
	async search(text: string, found: string): Promise<string[]> {
		await this.dismissToasts();
		if (!(await this.nodePanel.isVisible())) {
			await this.page.getByTestId('node-creator-plus-button').click();
		}
		await this.page.getByTestId('node-creator-search-bar').fill(text);
		const names = this.page.getByTestId('node-creator-item-name');
		await names.filter({ hasText: exactly(found) }).waitFor();
		return (await names.allInnerTexts()).map((name) => name.trim());
	}

	/** Opens a found entry of the node panel. */
	async openFound(name: string): Promise<void> {
		const names = this.page.getByTestId('node-creator-item-name');
		await names.filter({ hasText: exactly(name) }).click();
	}

	/** Takes an action of the opened entry; its section may be folded. */
	async takeAction(name: string, section: 'Actions' | 'Triggers'): Promise<void> {
		const action = this.nodePanel.getByText(name, { exact: true });
		const heading = this.nodePanel.getByText(new RegExp(`^${section} \\(\\d+\\)$`));
		await heading.waitFor();
		if (!(await action.isVisible())) await heading.click();
		await action.click();
		await this.details.waitFor();
	}

	node(name: string): Locator {
		return this.page.getByTestId('canvas-node').filter({ hasText: name });
	}

	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.details.waitFor();
	}

	async closeDetails(): Promise<void> {
		const close = this.page.getByTestId('ndv-close-button');
		// The details of n8n 1 have a link instead.
		await close.or(this.page.getByTestId('back-to-canvas')).click();
		await this.details.waitFor({ state: 'hidden' });
	}

	/** The field of a parameter, by its internal name. */
	field(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	async choose(name: string, option: string): Promise<void> {
		await this.dismissToasts();
		await this.field(name).click();
		const options = this.page.getByRole('option').filter({ visible: true });
		await options.filter({ has: this.page.getByText(option, { exact: true }) }).click();
		await options.first().waitFor({ state: 'hidden' });
	}

	async fill(name: string, text: string): Promise<void> {
		await this.field(name).locator('input, textarea').first().fill(text);
	}

	/** Labels of the fields that can be seen in the details, top to bottom. */
	async labels(): Promise<string[]> {
		const labels = this.details.getByTestId('input-label').filter({ visible: true });
		const texts = await labels.allInnerTexts();
		return texts.map((text) => text.trim().split('\n')[0] ?? '');
	}

	/** Presses "Execute step", and waits for these words in the output. */
	async executeStep(words: string | RegExp): Promise<void> {
		await this.dismissToasts();
		await this.page.getByTestId('node-execute-button').click();
		await this.output.getByText(words).first().waitFor();
	}

	/** Opens the dialog of a new credential from the node's details. */
	async setUpCredential(): Promise<void> {
		const first = this.page.getByTestId('node-credentials-empty-state').getByRole('button').first();
		const list = this.page.getByTestId('node-credentials-select');
		await first.or(list).first().click();
		const another = this.page.getByTestId('node-credentials-select-item-new');
		await another.or(this.credentialDialog).first().waitFor();
		if (await another.isVisible()) await another.click();
		await this.credentialDialog.waitFor();
	}

	/** Presses "Save", which tests the credential; on success n8n closes the dialog of a new one. */
	async saveCredential(): Promise<void> {
		await this.dismissToasts();
		await this.page.getByTestId('credential-save-button').click();
	}

	async closeCredential(): Promise<void> {
		await this.page.getByTestId('editCredential-modal').locator('.el-dialog__headerbtn').click();
		await this.credentialDialog.waitFor({ state: 'detached' });
	}

	/** Messages in the corner lie on top of what comes next. */
	async dismissToasts(): Promise<void> {
		const toasts = this.page.locator('.el-notification');
		for (let left = await toasts.count(); left > 0; left--) {
			// One that goes by itself in this moment is as good as dismissed.
			await toasts
				.first()
				.locator('.el-notification__closeBtn')
				.click({ timeout: 2000 })
				.catch(() => undefined);
		}
	}
}
