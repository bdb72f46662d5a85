import type { IExecuteFunctions } from 'n8n-workflow';

/** True when the user chose "Continue (using error output)": failed videos leave there. */
export function leavesByErrorOutput(context: IExecuteFunctions): boolean {
	return context.getNode().onError === 'continueErrorOutput';
}

/** True when an AI agent calls the node: n8n then runs a variant whose type ends in "Tool". */
export function usedAsTool(context: IExecuteFunctions): boolean {
	// Older versions of n8n do not have the question.
	const asks: { isToolExecution?: () => boolean } = context;
	return context.getNode().type.endsWith('Tool') || (asks.isToolExecution?.() ?? false);
}
