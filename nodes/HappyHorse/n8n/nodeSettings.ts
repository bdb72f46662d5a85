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

/**
 * True when a failed item comes out as an item and the others go on. Besides n8n's two "Continue" settings that
 * is so for an AI agent: of an error it gets to see the first sentence only, not the IDs of what was paid for.
 */
export function goesOnWithFailures(context: IExecuteFunctions): boolean {
	return context.continueOnFail() || usedAsTool(context);
}
