/** What is run on each version of n8n, in the sequence of the page and in its words. */
export const CHECKS = {
	create: '*Create*, 5 items: 5 POSTs, each item with its own task',
	webhook: '*Create and Wait* by webhook, 5 items: suspended, 5 POSTs, each item with its own file',
	polling: '*Create and Wait* by polling, 5 items: 5 POSTs, each item with its own file',
	errorOutput:
		'Error output: a video that was not made is there with its task, the other 4 are not',
	retryOnFail: '*Retry On Fail*, the API rejects 1 of 5 items twice: 7 POSTs, 5 of them paid',
	retry: '*Retry* of one failed execution, pressed twice: 5 items, 5 paid',
	key: '*Idempotency Key*: two executions with the same 5 keys, 5 paid',
	restart:
		'n8n is killed and started again while 5 items wait: 5 paid, each item with its own file',
	crash: '*Retry* of an execution that was killed after 5 POSTs: nothing is paid again',
	signed: 'Trigger: a signed webhook starts the workflow, one with a wrong signature does not',
	unsigned:
		'Trigger without a secret: a genuine webhook starts the workflow, a forged one does not',
	doubled: 'Trigger: a webhook that comes three times starts the workflow once',
	download: '*Download*: the file of a finished task, byte by byte',
	agent: 'Tool of an AI agent: one video, 1 POST, and the agent gets its URL',
	editor:
		'Editor in Chromium: the form of the node opens with its fields, which follow *Operation*',
} as const;

export type CheckName = keyof typeof CHECKS;

export const CHECK_NAMES = Object.keys(CHECKS) as CheckName[];
