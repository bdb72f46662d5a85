const { rm } = require('node:fs/promises');
const { dest, src } = require('gulp');

// One pattern per folder: a pattern that starts with braces would make gulp walk node_modules too.
const icons = ['nodes/**/*.{png,svg}', 'credentials/**/*.{png,svg}'];

/** Without it, a class that was renamed or removed would still be packed. */
const clean = () => rm('dist', { recursive: true, force: true });

// `base` keeps every icon beside its compiled class; gulp 5 corrupts PNGs unless encoding is off.
// The codex and the output schemas need no task: tsc emits the JSON files that tsconfig.json includes.
const buildIcons = () => src(icons, { base: '.', encoding: false }).pipe(dest('dist'));

exports.clean = clean;
exports['build:icons'] = buildIcons;
exports.default = buildIcons;
