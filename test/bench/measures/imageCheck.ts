import sharp from 'sharp';

import type { ExecutionView } from '../../../sandbox/n8n/execution';
import type { PublishedWorkflow } from '../../server/support/testServer/testServer';
import { createAndWait, NODE_TYPE } from '../../server/support/workflows/workflow';
import { items, ITEMS, links, node, webhook } from '../contenders/nodes';
import type { Measure, Row } from '../measure';
import { inTurn, OURS, Rows } from '../measure';
import type { ImageHost } from '../rig/imageHost';
import { imageHost } from '../rig/imageHost';
import type { Rig } from '../rig/rig';

const NODE = 'Image';
const UNCHECKED = 'Without check';
const WHOLE = 'HTTP Request (whole image)';
const SIDES = { width: 3000, height: 2000 };

/** What it costs to look at images before anything is paid for. */
export const imageCheck: Measure = {
	name: 'image',
	title: 'Checking images',
	async run(plan) {
		const rig = await plan.rig();
		const images = await draw();
		const host = await imageHost(images);
		const rows = new Rows();
		try {
			const workflows = await publish(rig);
			const amount = plan.quick ? 3 : 20;
			// The first run of each loads what later ones find in memory.
			for (const [contender, workflow] of workflows) {
				await run({ contender, workflow, host, url: host.url('photo.jpg'), amount });
			}
			for (const [kind, whole] of kinds(images)) {
				const url = host.url(kind, { whole });
				const what = whole ? `${kind}, server without ranges` : kind;
				for (let round = 0; round < plan.repeats; round++) {
					for (const [contender, workflow] of inTurn([...workflows], round)) {
						const cost = await run({ contender, workflow, host, url, amount });
						rows.add(row('ms', what, 'ms'), contender, cost.ms);
						if (contender !== UNCHECKED)
							rows.add(row('bytes', what, 'KB'), contender, cost.kilobytes);
						else if (cost.kilobytes > 0) throw new Error('Fetched, though not to be checked');
					}
				}
			}
		} finally {
			await host.close();
		}
		const sizes = [...images].map(
			([name, { length }]) => `${name} ${(length / 1e6).toFixed(1)} MB`,
		);
		return {
			rows: rows.all(),
			notes: [
				`For one image of ${SIDES.width} × ${SIDES.height} (${sizes.join(', ')}). Time of Happy Horse: a dry run with the check; next to it one without. If a server does not know ranges (here one that sends 16 MB a second), the connection is closed; what it had already sent counts.`,
			],
		};
	},
};

const row = (kind: string, what: string, unit: string): Omit<Row, 'runs'> => ({
	id: `image-${kind}-${what.toLowerCase().replace(/\W+/g, '-')}`,
	what: `${kind === 'bytes' ? 'Fetched' : 'Time'}, ${what}`,
	...{ unit, better: 'less' },
});

function kinds(images: ReadonlyMap<string, Buffer>): Array<[kind: string, whole: boolean]> {
	return [
		...[...images.keys()].map((kind): [string, boolean] => [kind, false]),
		['photo.jpg', true],
	];
}

/** As noisy as a photo is, so that the files are of a photo's size. */
async function draw(): Promise<Map<string, Buffer>> {
	const noise = { type: 'gaussian', mean: 128, sigma: 16 } as const;
	const image = sharp({ create: { ...SIDES, channels: 3, background: '#000', noise } });
	const bytes = await image.raw().toBuffer();
	const raw = () => sharp(bytes, { raw: { ...SIDES, channels: 3 } });
	return new Map([
		['photo.jpg', await raw().jpeg({ quality: 90 }).toBuffer()],
		[
			'photo.png',
			await raw().png({ palette: true, colours: 64, compressionLevel: 4, effort: 1 }).toBuffer(),
		],
		['photo.webp', await raw().webp({ quality: 80, effort: 1 }).toBuffer()],
	]);
}

async function publish({ testServer }: Rig): Promise<Map<string, PublishedWorkflow>> {
	const dryRun = (checkMedia: boolean) =>
		node(NODE, {
			...{ type: NODE_TYPE, version: 1, credentials: { happyHorseApi: testServer.credential } },
			parameters: {
				resource: 'imageToVideo',
				...createAndWait({ waitUsing: 'polling', options: { dryRun: true, checkMedia } }),
			},
		});
	const whole = node(NODE, {
		...{ type: 'httpRequest', version: 4.2 },
		parameters: {
			url: '={{ $json.image }}',
			options: { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } },
		},
	});
	const nodes = { [OURS]: dryRun(true), [UNCHECKED]: dryRun(false), [WHOLE]: whole };
	const published = Object.entries(nodes).map(async ([contender, looking], index) => {
		const path = `image-${index}-${Date.now().toString(36)}`;
		const workflow = await testServer.publish({
			...{ path, name: path, settings: { executionOrder: 'v1' } },
			nodes: [webhook(path), items, looking],
			connections: links(['Webhook', ITEMS], [ITEMS, NODE]),
		});
		return [contender, workflow] as const;
	});
	return new Map(await Promise.all(published));
}

interface Look {
	contender: string;
	workflow: PublishedWorkflow;
	host: ImageHost;
	url: string;
	amount: number;
}

/** For one image of the batch. */
async function run({ contender, workflow, host, url, amount }: Look) {
	host.takeBytes();
	const name = 'image';
	const execution = await workflow.run(
		Array.from({ length: amount }, (_, index) => ({
			name: `${name} ${index}`,
			image: `${url}${url.includes('?') ? '&' : '?'}n=${index}`,
		})),
		120_000,
	);
	checkLooked(execution, { amount, checked: contender === OURS });
	const ms = execution.runData[NODE]![0]!.executionTimeMs!;
	return { ms: ms / amount, kilobytes: host.takeBytes() / 1024 / amount };
}

function checkLooked(
	execution: ExecutionView,
	{ amount, checked }: { amount: number; checked: boolean },
): void {
	const out = execution.runData[NODE]?.[0]?.outputs[0] ?? [];
	const seen = out.filter(({ json }) => {
		const [facts] = (json.files ?? []) as Array<Partial<typeof SIDES>>;
		return facts?.width === SIDES.width && facts.height === SIDES.height;
	});
	const right = seen.length === (checked ? amount : 0);
	if (execution.status === 'success' && out.length === amount && right) return;
	throw new Error(
		`${out.length} of ${amount} images came out, ${seen.length} with their sides: ${execution.error?.message}`,
	);
}
