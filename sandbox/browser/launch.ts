import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

import { ensureBrowser } from './install';

const FLAGS = [
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	// Video without sound must start by itself, and no request leaves this computer.
	'--autoplay-policy=no-user-gesture-required',
	'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** Starts a Chromium without a window, with a fresh profile that goes when it is closed. */
export async function launchBrowser(): Promise<Browser> {
	return await chromium.launch({
		executablePath: await ensureBrowser(),
		headless: true,
		// Chromium has no sandbox for root, and containers allow it to no user.
		args: process.platform === 'linux' ? [...FLAGS, '--no-sandbox'] : FLAGS,
	});
}
