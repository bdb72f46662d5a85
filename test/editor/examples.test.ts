import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { until } from '../server/support/assertions/watching';
import { Editor } from './support/editor';
import type { EditorSession } from './support/editorSession';
import { openEditorSession, witnessed } from './support/editorSession';
import { takeScreenshot } from './support/screenshot';

const FOLDER = resolve(__dirname, '../../examples');

const PUBLISHING = [
	'airtable-attachment',
	'approval-before-posting',
	'form-to-upload-post',
	'instagram-reel',
	'mcp-video-server',
	'sheet-to-blotato',
	'shopify-product-video',
	'youtube-short',
];

/** Those that examples/README.md shows an image of. */
const SHOWN = ['sheet-to-blotato', 'instagram-reel', 'approval-before-posting'];

const NOTE = 'n8n-nodes-base.stickyNote';

/** n8n draws borders and rounds; less than this is no overlap that anyone sees. */
const ROUNDING = 2;

let session: EditorSession;
let editor: Editor;

beforeAll(async () => {
	session = await openEditorSession();
	editor = new Editor(session.page, session.n8n.url);
	await session.page.setViewportSize({ width: 1920, height: 1080 });
	await witnessed(session.page, async () => await editor.signIn());
}, 600_000);

afterAll(async () => await session?.close());

interface Box {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

const overlap = (one: Box, other: Box): boolean =>
	one.left < other.right - ROUNDING &&
	other.left < one.right - ROUNDING &&
	one.top < other.bottom - ROUNDING &&
	other.top < one.bottom - ROUNDING;

describe.each(PUBLISHING)('%s, pasted into the canvas', (name) => {
	it('shows each node and note, none of them on another', async () => {
		const { page } = session;
		const text = readFileSync(join(FOLDER, `${name}.json`), 'utf8');
		const { nodes } = JSON.parse(text) as { nodes: Array<{ name: string; type: string }> };
		const named = nodes.filter(({ type }) => type !== NOTE).map((node) => node.name);
		await witnessed(page, async () => {
			await editor.newWorkflow();
			await editor.paste(text);
			const boxesOf = async () =>
				await page.getByTestId('canvas-node').evaluateAll((elements) =>
					elements.map((element) => {
						const { left, top, right, bottom } = element.getBoundingClientRect();
						return { name: element.getAttribute('data-node-name') ?? '', left, top, right, bottom };
					}),
				);
			const isThere = async () =>
				(await boxesOf()).length === named.length &&
				(await page.getByTestId('sticky').count()) === nodes.length - named.length;
			await until('all nodes and notes are there', isThere);
			await page.keyboard.press('Escape');
			await page.getByTestId('zoom-to-fit').click();
			await until('nothing moves any more', async () => {
				const before = JSON.stringify(await boxesOf());
				await page.waitForTimeout(300);
				return before === JSON.stringify(await boxesOf());
			});
			const drawn = await boxesOf();
			expect(drawn.map((box) => box.name).sort()).toEqual([...named].sort());
			const pairs = drawn.flatMap((one, index) =>
				drawn.slice(index + 1).filter((other) => overlap(one, other)),
			);
			expect(pairs).toEqual([]);
			await editor.dismissToasts();
			if (SHOWN.includes(name)) await takeScreenshot(`example-${name}`, page);
		});
	});
});
