/** What a request was for: the same status code means something else to someone who paid. */
export type Purpose = 'create' | 'read' | 'list' | 'upload';

export interface ApiResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	/** Parsed JSON; `undefined` when the body is not JSON. */
	body: unknown;
	/** Milliseconds since 1970. */
	receivedAt: number;
}
