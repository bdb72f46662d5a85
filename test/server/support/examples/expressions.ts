import ts from 'typescript';

import type { Example } from './example';
import { workingNodes } from './example';
import { arrowsOf, upstreamOf } from './graph';

/** What an expression reads: `$json.a.b`, `$binary.a` or `$('Node').item.json.a`. */
export interface Reference {
	/** Name of the node for `$('Node')`, else undefined: the item that arrives. */
	node?: string;
	kind: 'json' | 'binary';
	path: string[];
	/** There is a substitute where nothing is found: `?.`, `??` or `||`. */
	optional: boolean;
}

/** The code of each expression in the parameters, such as `$json.name`. */
export function codeIn(parameters: unknown): string[] {
	if (typeof parameters === 'string') {
		if (!parameters.startsWith('=')) return [];
		// As n8n does it: an expression ends at the next two braces, whatever is around them.
		return [...parameters.matchAll(/\{\{([\s\S]*?)\}\}/g)].map(([, code]) => code!.trim());
	}
	if (typeof parameters !== 'object' || parameters === null) return [];
	return Object.values(parameters).flatMap(codeIn);
}

/** What is wrong with the syntax, in words. */
export function syntaxErrors(code: string): string[] {
	const { diagnostics = [] } = ts.transpileModule(`(${code})`, { reportDiagnostics: true });
	return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

export function referencesIn(code: string): Reference[] {
	const source = ts.createSourceFile('expression.ts', `(${code})`, ts.ScriptTarget.Latest, true);
	const found: Reference[] = [];
	const visit = (node: ts.Node) => {
		const chain = isPartOfChain(node) ? undefined : chainOf(node);
		const reference = chain && referenceOf(chain.parts);
		if (chain && reference) {
			found.push({ ...reference, optional: chain.optional || hasSubstitute(node) });
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

/** References to nodes that the data has not passed, in words. */
export function brokenReferences(example: Example): string[] {
	const arrows = arrowsOf(example);
	return workingNodes(example).flatMap(({ name, parameters }) => {
		const upstream = upstreamOf(name, arrows);
		return codeIn(parameters)
			.flatMap(referencesIn)
			.filter(({ node }) => node !== undefined && !upstream.has(node))
			.map(({ node }) => `"${name}" reads "${node}", which does not come before it`);
	});
}

const isPartOfChain = ({ parent }: ts.Node) =>
	parent && (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent));

interface Chain {
	parts: string[];
	optional: boolean;
}

/** `$('A').item.json.b` as `["$('A')", 'item', 'json', 'b']`; a method at its end does not count. */
function chainOf(node: ts.Node): Chain | undefined {
	if (ts.isIdentifier(node)) return { parts: [node.text], optional: false };
	if (ts.isCallExpression(node)) {
		const [name] = node.arguments;
		const isNode = ts.isIdentifier(node.expression) && node.expression.text === '$';
		return isNode && name && ts.isStringLiteral(name)
			? { parts: [`$('${name.text}')`], optional: false }
			: undefined;
	}
	if (ts.isPropertyAccessExpression(node)) {
		const before = chainOf(node.expression);
		const isMethod = ts.isCallExpression(node.parent) && node.parent.expression === node;
		return before && (isMethod ? before : extended(before, node.name.text, node.questionDotToken));
	}
	if (ts.isElementAccessExpression(node)) {
		const before = chainOf(node.expression);
		const key = node.argumentExpression;
		const isFixed = ts.isStringLiteral(key) || ts.isNumericLiteral(key);
		return before && isFixed ? extended(before, key.text, node.questionDotToken) : before;
	}
	return undefined;
}

const extended = ({ parts, optional }: Chain, name: string, questionToken: unknown): Chain => ({
	parts: [...parts, name],
	optional: optional || questionToken !== undefined,
});

function referenceOf([root = '', ...path]: string[]): Omit<Reference, 'optional'> | undefined {
	if (root === '$json') return { kind: 'json', path };
	if (root === '$binary') return { kind: 'binary', path };
	const node = /^\$\('(.*)'\)$/.exec(root)?.[1];
	const [, kind, ...rest] = path;
	if (node === undefined || (kind !== 'json' && kind !== 'binary')) return undefined;
	return { node, kind, path: rest };
}

/** Whether it is to the left of `??` or `||`, or is only compared or tested. */
function hasSubstitute(node: ts.Node): boolean {
	const { parent } = node;
	if (ts.isBinaryExpression(parent)) {
		const { kind } = parent.operatorToken;
		const isFallback =
			kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken;
		return isFallback || hasSubstitute(parent);
	}
	return ts.isParenthesizedExpression(parent) && hasSubstitute(parent);
}
