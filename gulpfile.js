const { mkdir, readdir, readFile, rm, writeFile } = require('node:fs/promises');
const { join } = require('node:path');
const { dest, parallel, src } = require('gulp');

// One pattern per folder: a pattern that starts with braces would make gulp walk node_modules too.
const icons = ['nodes/**/*.{png,svg}', 'credentials/**/*.{png,svg}'];

/** Without it, a class that was renamed or removed would still be packed. */
const clean = () => rm('dist', { recursive: true, force: true });

// `base` keeps every icon beside its class; gulp 5 corrupts PNGs unless encoding is off.
const buildIcons = () => src(icons, { base: '.', encoding: false }).pipe(dest('dist'));

const buildCodex = () => src('nodes/*/*.node.json', { base: '.' }).pipe(dest('dist'));

const SCHEMAS = join('nodes', 'HappyHorse', '__schema__');

/** n8n looks for the output of an operation below version and resource. It is the same for every resource. */
const buildSchemas = async () => {
	const { HappyHorse } = require('./dist/nodes/HappyHorse/HappyHorse.node.js');
	const { properties } = new HappyHorse().description;
	const resources = properties.find(({ name }) => name === 'resource').options;
	for (const file of await readdir(SCHEMAS)) {
		const schema = JSON.stringify(JSON.parse(await readFile(join(SCHEMAS, file), 'utf8')));
		for (const { value } of resources) {
			const folder = join('dist', SCHEMAS, 'v1.0.0', value);
			await mkdir(folder, { recursive: true });
			await writeFile(join(folder, file), schema);
		}
	}
};

exports.clean = clean;
exports['build:icons'] = buildIcons;
exports['build:schemas'] = buildSchemas;
exports.default = parallel(buildIcons, buildCodex, buildSchemas);
