/** The parts of n8n's checker for community packages that the gate uses; it ships no types. */
declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	export const SOURCE_FILE_PATTERNS: string[];
	export function buildScanConfig(): Promise<import('eslint').Linter.Config[]>;
}
