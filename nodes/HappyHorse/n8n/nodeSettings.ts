import type { IExecuteFunctions } from 'n8n-workflow';

/** True when the user chose "Continue (using error output)": failed videos leave there. */
export function leavesByErrorOutput(context: IExecuteFunctions): boolean {
	return context.getNode().onError === 'continueErrorOutput';
}

/** True when an AI agent runs the node: n8n then runs a variant whose type ends in "Tool". */
export function usedAsTool(context: IExecuteFunctions): boolean {
	// Older versions of n8n do not have this method.
	const helpers: { isToolExecution?: () => boolean } = context;
	return context.getNode().type.endsWith('Tool') || (helpers.isToolExecution?.() ?? false);
}

/**
 * True when a failed item comes out as an item and the others continue: with n8n's two "Continue" settings, and for an AI
 * agent, which sees only the first sentence of an error and not the IDs of paid tasks.
 */
export function continuesOnFail(context: IExecuteFunctions): boolean {
	return context.continueOnFail() || usedAsTool(context);
}
