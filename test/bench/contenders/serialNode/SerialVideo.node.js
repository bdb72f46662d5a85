/*
 * Creates and polls inside its run, one item after the other. It follows the Alibaba Cloud node of n8n 2.41.1
 * (`router` and `pollTaskResult`; MiniMax does the same): a loop over the items, a poll right after creating,
 * then one every 15 seconds, at most 60. Plain JavaScript, since n8n loads it as it lies here.
 */
const { setTimeout: sleep } = require('node:timers/promises');

const TASKS = '/v1/ai/image-to-video/happy-horse-1';
const MOST_POLLS = 60;

const text = (displayName, name, value) => ({
	displayName,
	name,
	type: 'string',
	default: value,
});

class SerialVideo {
	description = {
		displayName: 'Serial Video',
		name: 'serialVideo',
		group: ['transform'],
		version: 1,
		description: 'Creates a video and polls until it is there',
		defaults: { name: 'Serial Video' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'httpHeaderAuth', required: true }],
		properties: [
			text('Base URL', 'baseUrl', ''),
			text('Image URL', 'imageUrl', '={{ $json.image }}'),
			text('Prompt', 'prompt', '={{ $json.name }}'),
			{ displayName: 'Pause', name: 'pauseSeconds', type: 'number', default: 15 },
		],
	};

	async execute() {
		const returned = [];
		for (let item = 0; item < this.getInputData().length; item++) {
			returned.push(await videoOf(this, item));
		}
		return [returned];
	}
}

async function videoOf(context, item) {
	const url = context.getNodeParameter('baseUrl', item) + TASKS;
	const created = await request(context, 'POST', url, {
		image_url: context.getNodeParameter('imageUrl', item),
		prompt: context.getNodeParameter('prompt', item),
		resolution: '720P',
		duration: 3,
	});
	for (let poll = 0; poll < MOST_POLLS; poll++) {
		const { data } = await request(context, 'GET', `${url}/${created.data.task_id}`);
		if (data.status === 'COMPLETED') return { json: data, pairedItem: { item } };
		if (data.status === 'FAILED') throw new Error('Task failed');
		await sleep(context.getNodeParameter('pauseSeconds', item) * 1000);
	}
	throw new Error('Task did not complete within the maximum polling time');
}

async function request(context, method, url, body) {
	const { httpRequestWithAuthentication } = context.helpers;
	const options = { method, url, json: true, ...(body === undefined ? {} : { body }) };
	return await httpRequestWithAuthentication.call(context, 'httpHeaderAuth', options);
}

module.exports = { SerialVideo };
