import type { IWebhookDescription } from 'n8n-workflow';

import { RESUME_PATH } from './resumeUrl';

/** Where a waiting execution gets webhooks: `/webhook-waiting/<execution>/happy-horse`. */
export const resumeWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		// Without it n8n responds to every webhook with the text "firstEntryJson" (2.41.1).
		responseData: '',
		path: RESUME_PATH,
		restartWebhook: true,
		isFullPath: true,
	},
];
