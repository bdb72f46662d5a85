import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import type { Registered } from './evaluated';
import { scriptsBehind } from './imports';
import { filesBelow, type Packed } from './pack';
import type { Result } from './result';

const LIMIT_BYTES = 86_500;
const topLevel = ['LICENSE', 'README.md', 'package.json'];
const wanted = /^dist\/(nodes|credentials)\/.+\.(js|json|svg|png)$/;
const tests = /\.(test|spec)\.js$/;

/** Where the build copies a file to. The output of an operation is the same for each resource. */
function copiesOf(source: string, files: readonly string[]): string[] {
	const [, folder, schema] = /^(.+\/__schema__)\/(\w+\.json)$/.exec(source) ?? [];
	if (schema === undefined) return [`dist/${source}`];
	return files.filter((file) => file.startsWith(`dist/${folder}/`) && basename(file) === schema);
}

function sameContent(packed: Packed, source: string, built: string): boolean {
	const before = readFileSync(join(packed.root, source));
	const after = readFileSync(join(packed.folder, built));
	if (!source.endsWith('.json')) return before.equals(after);
	// The build leaves out white space.
	return isDeepStrictEqual(JSON.parse(before.toString()), JSON.parse(after.toString()));
}

function checkCopies(packed: Packed): string[] {
	const sources = ['nodes', 'credentials']
		.filter((part) => existsSync(join(packed.root, part)))
		.flatMap((part) => filesBelow(join(packed.root, part)).map((file) => `${part}/${file}`))
		.filter((file) => !file.endsWith('.ts'));
	const made = new Map(sources.map((source) => [source, copiesOf(source, packed.files)]));
	const missing = sources.filter(
		(source) =>
			!made.get(source)?.length || !made.get(source)?.every((file) => packed.files.includes(file)),
	);
	const expected = new Set([...made.values()].flat());
	const stale = packed.files.filter(
		(file) => file.startsWith('dist/') && !file.endsWith('.js') && !expected.has(file),
	);
	const changed = sources.filter(
		(source) =>
			!missing.includes(source) &&
			!made.get(source)?.every((built) => sameContent(packed, source, built)),
	);
	return [
		...missing.map((source) => `${source} is not in the package`),
		...stale.map((file) => `${file} has no source: build again`),
		...changed.map((source) => `${source} changed on its way into the package`),
	];
}

function checkScripts(packed: Packed): string[] {
	const { manifest, files } = packed;
	const listed = [...manifest.n8n.nodes, ...manifest.n8n.credentials];
	const used = scriptsBehind(packed, listed);
	const present = files.filter((file) => /\.(node|credentials)\.js$/.test(file));
	return [
		...listed
			.filter((file) => !present.includes(file))
			.map((file) => `${file} is in package.json, but not in the package`),
		...present
			.filter((file) => !listed.includes(file))
			.map((file) => `${file} is in the package, but not in package.json`),
		...files
			.filter((file) => file.endsWith('.js') && !used.has(file))
			.map((file) => `${file} is loaded by nothing: build again`),
	];
}

function operationsOf({ description }: Registered): string[] {
	return description.properties
		.filter((property) => property.name === 'operation')
		.flatMap(({ displayOptions, options }) =>
			(displayOptions?.show?.['resource'] ?? []).flatMap((resource) =>
				(options ?? []).map(
					(option) => `${String(resource)}/${'value' in option ? String(option.value) : ''}`,
				),
			),
		);
}

function checkNode(packed: Packed, node: Registered): string[] {
	const folder = `dist/${dirname(node.path)}`;
	const { icon } = node.description;
	const icons = typeof icon === 'string' ? [icon] : [icon?.light ?? '', icon?.dark ?? ''];
	const needed = [
		...icons.map((name) => `${folder}/${name.replace(/^file:/, '')}`),
		...operationsOf(node).map((name) => `${folder}/__schema__/v1.0.0/${name}.json`),
	];
	const findings = needed
		.filter((file) => !packed.files.includes(file))
		.map((file) => `${file} is not in the package`);
	const codex = `dist/${node.path}.json`;
	if (!packed.files.includes(codex)) return [...findings, `${codex} is not in the package`];
	const type = `${packed.manifest.name}.${node.description.name}`;
	const content = JSON.parse(readFileSync(join(packed.folder, codex), 'utf8')) as { node?: string };
	if (content.node !== type) findings.push(`${codex} is not about '${type}'`);
	return findings;
}

/** The package holds the built node, what n8n shows beside it, and nothing else. */
export function checkContent(packed: Packed, nodes: Registered[]): Result {
	const findings = [
		...packed.files
			.filter((file) => (!topLevel.includes(file) && !wanted.test(file)) || tests.test(file))
			.map((file) => `${file} does not belong in the package`),
		...topLevel
			.filter((file) => !packed.files.includes(file))
			.map((file) => `${file} is not in the package`),
		...checkScripts(packed),
		...checkCopies(packed),
		...nodes.flatMap((node) => checkNode(packed, node)),
	];
	if (packed.bytes > LIMIT_BYTES) {
		findings.push(`the package has ${packed.bytes} bytes, more than ${LIMIT_BYTES}`);
	}
	const size = (packed.bytes / 1000).toFixed(1);
	return { facts: `${packed.files.length} files, ${size} kB packed`, findings };
}
