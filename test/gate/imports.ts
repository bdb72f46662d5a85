import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import ts from 'typescript';

import type { Packed } from './pack';
import type { Result } from './result';

const packages = new Set(['n8n-workflow', 'crypto', 'node:crypto']);
const suffixes = ['', '.js', '.json', '/index.js'];

/** Everything that a JavaScript text loads; `null` stands for a name known only at run time. */
export function loads(text: string): Array<string | null> {
	const found: Array<string | null> = [];
	const add = (node: ts.Node | undefined) =>
		found.push(node && ts.isStringLiteralLike(node) ? node.text : null);
	const visit = (node: ts.Node): void => {
		if (ts.isImportDeclaration(node)) add(node.moduleSpecifier);
		if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier);
		if (ts.isCallExpression(node)) {
			const { expression } = node;
			const required = ts.isIdentifier(expression) && expression.text === 'require';
			const imported = expression.kind === ts.SyntaxKind.ImportKeyword;
			if (required || imported) add(node.arguments[0]);
		}
		// `require` in any other place (`const load = require`, `module.require`) can load anything.
		if (ts.isIdentifier(node) && node.text === 'require') {
			const isCall = ts.isCallExpression(node.parent) && node.parent.expression === node;
			if (!isCall) found.push(null);
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile('built.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS));
	return found;
}

/** The file of the package that a relative name leads to. */
function targetOf({ folder }: Packed, file: string, name: string): string | undefined {
	const target = join(dirname(file), name);
	return suffixes
		.map((suffix) => (target + suffix).split(sep).join('/'))
		.find((path) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile());
}

/** These scripts of the package, and all that they load of it, directly or not. */
export function scriptsBehind(packed: Packed, scripts: readonly string[]): Set<string> {
	const found = new Set(scripts.filter((file) => packed.files.includes(file)));
	for (const file of found) {
		const names = loads(readFileSync(join(packed.folder, file), 'utf8'));
		for (const name of names.filter((each) => each?.startsWith('.'))) {
			const target = targetOf(packed, file, name ?? '');
			if (target?.endsWith('.js')) found.add(target);
		}
	}
	return found;
}

function fault(packed: Packed, file: string, name: string | null): string | undefined {
	if (name === null) return `${file} loads a module whose name is known only at run time`;
	if (packages.has(name)) return undefined;
	if (!/^\.\.?\//.test(name)) return `${file} loads '${name}', which n8n does not provide`;
	const target = join(packed.folder, dirname(file), name);
	if (relative(packed.folder, target).startsWith('..')) {
		return `${file} loads '${name}', which lies outside the package`;
	}
	return targetOf(packed, file, name) !== undefined
		? undefined
		: `${file} loads '${name}', which is not in the package`;
}

/** Packed code may load n8n-workflow, crypto and its own files: nothing else exists at the user's. */
export function checkImports(packed: Packed): Result {
	const scripts = packed.files.filter((file) => file.endsWith('.js'));
	let count = 0;
	const findings = scripts.flatMap((file) => {
		const names = loads(readFileSync(join(packed.folder, file), 'utf8'));
		count += names.length;
		return names.map((name) => fault(packed, file, name)).filter((line) => line !== undefined);
	});
	return { facts: `${scripts.length} files load ${count} modules`, findings };
}
