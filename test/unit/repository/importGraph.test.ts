import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../../nodes/HappyHorse');

const PAGE = readFileSync(path.resolve(ROOT, '../../docs/architecture.md'), 'utf8');

/** From what the user sees down to general tools: imports point from left to right. The page says in which order. */
const LAYERS = (/\n```\n(node → [^\n]+)\n```\n/.exec(PAGE)?.[1] ?? '').split(' → ');

function layerOf(file: string): string {
	const folder = path.relative(ROOT, path.dirname(file)).split(path.sep).join('/');
	if (folder !== '') return folder;
	return file.endsWith('.node.ts') ? 'node' : 'leaf';
}

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.ts'))
	.map((file) => path.join(ROOT, file));

function importsOf(file: string): string[] {
	const specifiers = readFileSync(file, 'utf8').matchAll(
		/^(?:import|export)[^;]*?from '(\.[^']*)';/gm,
	);
	return [...specifiers].map(([, specifier = '']) => {
		const target = path.resolve(path.dirname(file), specifier);
		return (
			[`${target}.ts`, path.join(target, 'index.ts')].find((name) => files.includes(name)) ?? ''
		);
	});
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));

it('reads every import', () => {
	expect(files.length).toBeGreaterThan(50);
	for (const [file, targets] of graph) expect([file, targets.includes('')]).toEqual([file, false]);
});

it('docs/architecture.md names every folder, and no other', () => {
	expect([...new Set(files.map(layerOf))].sort()).toEqual([...LAYERS].sort());
});

it('imports point one way, and nothing imports a node class', () => {
	const wrong = [...graph].flatMap(([file, targets]) =>
		targets
			.filter((target) => LAYERS.indexOf(layerOf(target)) < LAYERS.indexOf(layerOf(file)))
			.map((target) => `${path.relative(ROOT, file)} -> ${path.relative(ROOT, target)}`),
	);
	expect(wrong).toEqual([]);
});

it('has no circles', () => {
	const circles: string[] = [];
	const done = new Set<string>();
	const visit = (file: string, trail: string[]) => {
		if (trail.includes(file)) {
			const circle = [...trail.slice(trail.indexOf(file)), file];
			circles.push(circle.map((name) => path.relative(ROOT, name)).join(' -> '));
		}
		if (trail.includes(file) || done.has(file)) return;
		for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
		done.add(file);
	};
	for (const file of files) visit(file, []);
	expect(circles).toEqual([]);
});
