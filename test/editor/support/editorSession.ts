import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { selectors } from 'playwright-core';

import type { SpawnedSandbox } from '../../../sandbox/api/spawn';
import { spawnSandboxApi } from '../../../sandbox/api/spawn';
import { launchBrowser } from '../../../sandbox/browser/launch';
import { packNodePackage } from '../../../sandbox/n8n/nodePackage';
import type { N8nServer } from '../../../sandbox/n8n/server';
import { startN8n } from '../../../sandbox/n8n/server';

/** A real n8n with the packed tarball installed, a sandbox, and a browser with one window. */
export interface EditorSession {
	n8n: N8nServer;
	sandbox: SpawnedSandbox;
	page: Page;
	close(): Promise<void>;
}

/** Two cores shared with other tests: what is late is not wrong. */
const PATIENCE_MS = 60_000;

/** A task takes twelve seconds: long enough to be seen waiting. */
const SANDBOX = { speed: 5, taskSeconds: 60 };

export async function openEditorSession(): Promise<EditorSession> {
	const tarball = await packNodePackage();
	const sandbox = await spawnSandboxApi(SANDBOX);
	let n8n: N8nServer | undefined;
	let browser: Browser | undefined;
	const close = async () => {
		await browser?.close();
		await Promise.all([n8n?.stop(), sandbox.stop()]);
	};
	try {
		n8n = await startN8n({ tarball });
		await n8n.client.setupOwner();
		browser = await launchBrowser();
		const page = await openWindow(browser);
		return { n8n, sandbox, page, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** A window of a browser that is ready for n8n's editor. */
export async function openWindow(browser: Browser): Promise<Page> {
	// n8n's own tests find things by it.
	selectors.setTestIdAttribute('data-test-id');
	const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
	page.setDefaultTimeout(PATIENCE_MS);
	// n8n wants to know whether to leave a page with unsaved changes.
	page.on('dialog', (dialog) => void dialog.accept());
	return page;
}

/** Runs a step; when it fails, its error names an image of what the browser showed then. */
export async function witnessed(page: Page, step: () => Promise<void>): Promise<void> {
	try {
		await step();
	} catch (error) {
		const file = join(mkdtempSync(join(tmpdir(), 'happy-horse-editor-')), 'failure.png');
		const seen = await page.screenshot({ path: file }).then(
			() => `The editor then: ${file} (${page.url()})`,
			(reason: unknown) => `There is no image of the editor: ${String(reason)}`,
		);
		const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
		// A new one, because the browser's errors have their message written into the stack already.
		const told = new Error(`${message}\n${seen}`, { cause: error });
		const frames = stack.slice(Math.max(0, stack.search(/^ {4}at /m)));
		told.stack = `${told.message}\n${frames}`;
		throw told;
	}
}
