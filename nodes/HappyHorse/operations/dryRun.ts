import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Plan, Planned } from './planning';

/** What would be sent for each item, and how many seconds of video the batch would have to pay for. */
export function dryRunItems<T>(plan: Plan<T>): INodeExecutionData[] {
	const orders = plan.filter((entry) => 'submission' in entry);
	const batch = { videos: orders.length, seconds_by_resolution: secondsByResolution(orders) };
	return plan.map((entry) => {
		if ('failed' in entry) return entry.failed;
		const { item, submission, picture } = entry;
		const { fields, model, metadata } = submission.order;
		return {
			json: {
				dry_run: true,
				model,
				request: {
					...pictureField(entry),
					...fields,
					...(submission.webhookUrl === undefined ? {} : { webhook_url: submission.webhookUrl }),
				},
				...(picture === undefined ? {} : { picture: { ...picture } }),
				video_seconds: fields.duration,
				resolution: fields.resolution,
				batch,
				...(metadata === undefined ? {} : { metadata }),
			},
			pairedItem: { item },
		};
	});
}

function pictureField<T>({ submission }: Planned<T>): IDataObject {
	const { image } = submission.order;
	return {
		image_url: 'url' in image ? image.url : `(uploaded from the field '${image.binaryProperty}')`,
	};
}

function secondsByResolution<T>(orders: ReadonlyArray<Planned<T>>): IDataObject {
	const seconds: Record<string, number> = {};
	for (const { submission } of orders) {
		const { resolution, duration } = submission.order.fields;
		seconds[resolution] = (seconds[resolution] ?? 0) + duration;
	}
	return seconds;
}
