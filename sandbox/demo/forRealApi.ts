import {
	HAPPY_HORSE,
	imagesIn,
	leadsTo,
	nodeOf,
	PRODUCT_REFERENCE,
	THREE_IMAGES,
	withCredential,
	type Credential,
	type DemoExample,
	type ExampleWorkflow,
} from './exampleWorkflow';
import { EXAMPLE_IMAGES } from './images';

const READ = 'Read the images';

/**
 * An example for the real API: the images are read from disk and uploaded by the node, because the
 * API cannot reach this computer; for the same reason it polls. Short videos, to cost little.
 */
export function forRealApi(
	workflow: ExampleWorkflow,
	{
		example,
		credential,
		seconds,
	}: { example: DemoExample; credential: Credential; seconds: number },
): ExampleWorkflow {
	const copy = withCredential(workflow, credential);
	Object.assign(nodeOf(copy, HAPPY_HORSE).parameters, {
		imageSource: 'binary',
		resolution: '720P',
		duration: seconds,
		waitUsing: 'polling',
		options: {},
	});
	if (example === THREE_IMAGES) uploadEach(copy);
	if (example === PRODUCT_REFERENCE) uploadTogether(copy);
	return copy;
}

/** One item per file. */
function uploadEach(workflow: ExampleWorkflow): void {
	const list = nodeOf(workflow, THREE_IMAGES.list).parameters.jsonOutput;
	const { images } = JSON.parse(String(list)) as { images: Array<{ prompt: string }> };
	const prompts = images.map((entry) => [imagesIn(entry)[0], entry.prompt]);
	Object.assign(nodeOf(workflow, THREE_IMAGES.items), readsFiles(imagesIn(images)));
	Object.assign(nodeOf(workflow, HAPPY_HORSE).parameters, {
		binaryPropertyName: 'data',
		prompt: `={{ (${JSON.stringify(Object.fromEntries(prompts))})[$json.fileName] }}`,
	});
}

/** One item with all files, which the node uploads in the order of the list. */
function uploadTogether(workflow: ExampleWorkflow): void {
	const list = nodeOf(workflow, PRODUCT_REFERENCE.list).parameters.jsonOutput;
	const { products } = JSON.parse(String(list)) as { products: Array<{ prompt: string }> };
	const names = imagesIn(products);
	const { items } = PRODUCT_REFERENCE;
	const together = nodeOf(workflow, items);
	const [x, y] = together.position as [number, number];
	workflow.nodes.push({ name: READ, id: READ, position: [x, y + 200], ...readsFiles(names) });
	Object.assign(together, {
		type: 'n8n-nodes-base.aggregate',
		typeVersion: 1,
		parameters: {
			aggregate: 'aggregateAllItemData',
			destinationFieldName: 'files',
			options: { includeBinaries: true },
		},
	});
	workflow.connections[PRODUCT_REFERENCE.list] = leadsTo(READ);
	workflow.connections[READ] = leadsTo(items);
	Object.assign(nodeOf(workflow, HAPPY_HORSE).parameters, {
		binaryPropertyNames: `={{ ${JSON.stringify(names)}.map((name) => Object.keys($binary).find((key) => $binary[key].fileName === name)) }}`,
		prompt: products[0]?.prompt,
	});
}

const readsFiles = (names: string[]) => ({
	type: 'n8n-nodes-base.readWriteFile',
	typeVersion: 1.1,
	parameters: {
		operation: 'read',
		// A glob, which n8n wants with forward slashes on Windows too.
		fileSelector: `${EXAMPLE_IMAGES.replaceAll('\\', '/')}/{${names.join(',')}}`,
		options: { dataPropertyName: 'data' },
	},
});
