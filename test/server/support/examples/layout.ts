import type { INode } from 'n8n-workflow';

import type { Example } from './example';
import { NOTE } from './example';
import { arrowsOf } from './graph';

interface Box {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

const WAIT = 'n8n-nodes-base.wait';

/** A node is 96 wide and high, an agent wider; its name is below. */
const SIZE = 96;
const AGENT_WIDTH = 256;
const NAME_HEIGHT = 44;

function boxOf({ name, type, position: [left, top], parameters }: INode): Box {
	if (type !== NOTE) {
		const width = type.endsWith('.agent') ? AGENT_WIDTH : SIZE;
		return { name, left, top, right: left + width, bottom: top + SIZE + NAME_HEIGHT };
	}
	const { width, height } = parameters as { width: number; height: number };
	return { name, left, top, right: left + width, bottom: top + height };
}

const overlap = (a: Box, b: Box) =>
	a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** What is wrong with the image on the canvas, in words. */
export function untidiness(example: Example): string[] {
	const boxes = example.nodes.map(boxOf);
	const onTop = boxes.flatMap((box, index) =>
		boxes
			.slice(index + 1)
			.filter((other) => overlap(box, other))
			.map((other) => `"${box.name}" lies on "${other.name}"`),
	);
	const at = (name: string) => boxes.find((box) => box.name === name)!;
	// The way back to a Wait node is how one looks again, and again, until something is finished.
	const waits = new Set(example.nodes.filter(({ type }) => type === WAIT).map(({ name }) => name));
	const backwards = arrowsOf(example)
		.filter(({ from, to, type }) => type === 'main' && at(from).right >= at(to).left)
		.filter(({ to }) => !waits.has(to))
		.map(({ from, to }) => `the arrow from "${from}" to "${to}" does not go to the right`);
	const crowded = example.nodes
		.filter((node) => node.type === NOTE && linesOf(node) > roomOf(node))
		.map(({ name }) => `"${name}" holds more text than it can show`);
	return [...onTop, ...backwards, ...crowded];
}

/** Measured in the editor: letters are about 7 pixels wide, lines 20 high, the margin is 30. */
function linesOf({ parameters }: INode): number {
	const { content, width } = parameters as { content: string; width: number };
	const letters = Math.floor((width - 40) / 7);
	return content
		.split('\n')
		.map((line) => (line === '' ? 0.5 : Math.ceil(line.replace(/[*`]/g, '').length / letters)))
		.reduce((sum, lines) => sum + lines, 0);
}

const roomOf = ({ parameters }: INode) => (Number(parameters.height) - 30) / 20;
