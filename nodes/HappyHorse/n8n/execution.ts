import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/**
 * The query of the resume URL. It holds a token that belongs to one execution and its retries; empty before
 * n8n 2.14, where anyone who knows the number of an execution knows the URL.
 */
export function resumeTokenOf(context: IExecuteFunctions | IWebhookFunctions): string {
	const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	return URL.canParse(resumeUrl) ? new URL(resumeUrl).search : '';
}

/** Counts the runs of a node in one execution, such as rounds of a loop; a retry of the node has the same number. */
export function runIndexOf(context: IExecuteFunctions): number {
	return Number(context.evaluateExpression('{{ $runIndex }}', 0));
}

/** True for an execution that a user started with "Retry" from the list of executions. */
export function isRetry(context: IExecuteFunctions): boolean {
	return context.getMode() === 'retry';
}

const FIRST = 'first_execution';

/**
 * What an execution and its retries have in common. Before n8n 2.14 that is the ID of the first execution, kept in the
 * node context: it is lost in a crash, so the retry of a crashed execution counts as a new one.
 */
export function lineageOf(context: IExecuteFunctions): string {
	const token = resumeTokenOf(context);
	if (token !== '') return token;
	const known = context.getContext('node');
	known[FIRST] ??= context.getExecutionId();
	return `execution ${String(known[FIRST])}`;
}
