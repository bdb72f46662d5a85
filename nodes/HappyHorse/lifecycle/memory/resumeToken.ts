import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/**
 * The query of the resume address. It holds a token that belongs to one execution and its retries; empty before
 * n8n 2.14, where whoever knows the number of an execution knows the address.
 */
export function resumeTokenOf(context: IExecuteFunctions | IWebhookFunctions): string {
	const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	return URL.canParse(resumeUrl) ? new URL(resumeUrl).search : '';
}
