import { createRequire } from 'node:module';
import { relative } from 'node:path';

import { ESLint } from 'eslint';

import type { Result } from './result';

const scannerModule = '@n8n/scan-community-package/scanner/scanner.mjs';

function summarise(root: string, results: ESLint.LintResult[]): Result {
	const count = (key: 'errorCount' | 'warningCount') =>
		results.reduce((sum, result) => sum + result[key], 0);
	const findings = results.flatMap(({ filePath, messages }) =>
		messages.map(({ line, column, severity, message, ruleId }) => {
			const place = `${relative(root, filePath)}:${line ?? 0}:${column ?? 0}`;
			return `${place} ${severity === 2 ? 'error' : 'warning'} ${message} (${ruleId ?? 'parser'})`;
		}),
	);
	const files = `${results.length} file${results.length === 1 ? '' : 's'}`;
	const facts = `${files}, ${count('errorCount')} errors, ${count('warningCount')} warnings`;
	return { facts, findings };
}

/**
 * Lints with the checkout's own eslint.config.mjs; comments that switch rules off do not count.
 *
 * @param fix true to mend what eslint can mend, in the files.
 */
export async function lint(root: string, patterns: string[], fix = false): Promise<Result> {
	const eslint = new ESLint({ cwd: root, allowInlineConfig: false, fix });
	const results = await eslint.lintFiles(patterns);
	if (fix) await ESLint.outputFixes(results);
	return summarise(root, results);
}

/**
 * Lints with the rules of n8n's checker, by default the files it reads in a checkout. Its own
 * command stays silent about warnings and wants a published package, hence only its configuration
 * and its own eslint are used here.
 */
export async function scan(root: string, patterns?: string[]): Promise<Result> {
	const scanner = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	const itsRequire = createRequire(require.resolve(scannerModule));
	const eslint = new (itsRequire('eslint') as typeof import('eslint')).ESLint({
		cwd: root,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: await scanner.buildScanConfig(),
	});
	return summarise(root, await eslint.lintFiles(patterns ?? scanner.SOURCE_FILE_PATTERNS));
}
