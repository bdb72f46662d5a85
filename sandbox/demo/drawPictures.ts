import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import sharp from 'sharp';

import { EXAMPLE_PICTURES } from './pictures';

// Draws the example pictures, so that they are ours and free for everybody:
// tsx sandbox/demo/drawPictures.ts

// A standing horse, facing right, hooves on y = 150 of a box 185 wide.
const HORSE = `
<path d="M21 58 C24 44 42 38 62 42 C82 47 102 47 118 40 C128 34 133 20 142 12 L145 1 L151 9
C160 12 168 27 177 36 C181 41 177 47 171 46 C164 45 158 41 153 40 C151 50 147 62 140 72
C139 84 137 92 138 104 L137 128 L139 144 L144 150 L131 150 L131 128 L128 106 L125 91
C104 98 82 96 62 88 C58 97 56 103 57 112 C52 121 49 131 48 144 L53 150 L40 150 L41 130
L43 112 C36 100 24 86 22 74 Z"/>
<path d="M120 88 L117 108 L112 128 L109 144 L113 150 L101 150 L104 128 L108 106 L106 92 Z"/>
<path d="M36 84 C34 98 28 108 26 116 C26 128 23 136 21 144 L25 150 L13 150 L16 128 L19 112
C20 100 22 88 24 78 Z"/>
<path d="M26 52 C10 52 4 74 7 112 C14 104 18 84 27 66 Z"/>
<path d="M112 44 C122 34 130 16 144 6 C138 22 134 40 126 54 C122 50 116 46 112 44 Z"/>`;

const grassBlades = (count: number): string =>
	Array.from({ length: count }, (_unused, index) => {
		const x = (index * 137.5) % 1280;
		const y = 640 + ((index * 61) % 90);
		const lean = ((index * 29) % 17) - 8;
		const height = 26 + ((index * 13) % 30);
		return `<path d="M${x} ${y} q${lean / 2} ${-height / 2} ${lean} ${-height} q${-lean / 2 + 2} ${height / 2} ${-lean + 4} ${height} Z"/>`;
	}).join('');

const horsesAtDusk = `
<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720">
<defs>
<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="#2b2a55"/><stop offset=".34" stop-color="#7d4a7a"/>
<stop offset=".58" stop-color="#e2795f"/><stop offset=".76" stop-color="#ffc272"/>
<stop offset="1" stop-color="#ffe3a6"/>
</linearGradient>
<radialGradient id="glow"><stop offset="0" stop-color="#fff3cf" stop-opacity=".95"/>
<stop offset=".35" stop-color="#ffd98f" stop-opacity=".5"/>
<stop offset="1" stop-color="#ffb469" stop-opacity="0"/></radialGradient>
<linearGradient id="far" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#a05a6d"/>
<stop offset="1" stop-color="#c97a68"/></linearGradient>
<linearGradient id="middle" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#6a3f5c"/>
<stop offset="1" stop-color="#84505c"/></linearGradient>
<linearGradient id="near" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#33223f"/>
<stop offset="1" stop-color="#1b1428"/></linearGradient>
<filter id="soft"><feGaussianBlur stdDeviation="9"/></filter>
</defs>
<rect width="1280" height="720" fill="url(#sky)"/>
<g fill="#fff6df" opacity=".8"><circle cx="118" cy="70" r="1.6"/><circle cx="260" cy="128" r="1.2"/>
<circle cx="395" cy="52" r="1.7"/><circle cx="540" cy="104" r="1.1"/><circle cx="700" cy="44" r="1.4"/>
<circle cx="1010" cy="84" r="1.5"/><circle cx="1150" cy="40" r="1.2"/><circle cx="1216" cy="130" r="1.5"/></g>
<g fill="#ffb38a" opacity=".5" filter="url(#soft)"><ellipse cx="300" cy="236" rx="250" ry="15"/>
<ellipse cx="470" cy="270" rx="180" ry="10"/><ellipse cx="1020" cy="206" rx="240" ry="13"/>
<ellipse cx="880" cy="300" rx="200" ry="9"/></g>
<circle cx="835" cy="430" r="300" fill="url(#glow)"/><circle cx="835" cy="430" r="66" fill="#fff1c4"/>
<path d="M0 470 C150 400 260 420 380 452 C520 488 620 408 770 430 C930 452 1040 392 1280 452 V720 H0 Z" fill="url(#far)"/>
<path d="M0 540 C180 470 330 500 500 530 C700 566 900 470 1280 540 V720 H0 Z" fill="url(#middle)"/>
<g fill="#54324f"><path d="M96 520 q-4 -40 10 -84 q16 44 12 84 Z"/><path d="M132 516 q-3 -30 8 -62 q12 32 9 62 Z"/>
<path d="M1130 516 q-4 -36 9 -74 q14 38 11 74 Z"/><path d="M1168 520 q-3 -26 7 -54 q11 28 8 54 Z"/></g>
<path d="M0 640 C220 540 460 560 640 586 C860 618 1060 560 1280 610 V720 H0 Z" fill="url(#near)"/>
<g fill="#231731">
<g transform="translate(560 424) scale(1.1)">${HORSE}</g>
<g transform="translate(1010 452) scale(-.92 .92)">${HORSE}</g>
<g transform="translate(392 448) scale(.78)">${HORSE}</g></g>
<g fill="#1b1428">${grassBlades(150)}</g>
<g fill="none" stroke="#3a2744" stroke-width="3" stroke-linecap="round"><path d="M380 176 q12 -12 22 0 q12 -12 22 0"/>
<path d="M452 150 q9 -9 17 0 q9 -9 17 0"/><path d="M340 214 q8 -8 15 0 q8 -8 15 0"/></g>
</svg>`;

const perfumeBottle = `
<svg xmlns="http://www.w3.org/2000/svg" width="768" height="1152">
<defs>
<linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#f6e3d6"/>
<stop offset="1" stop-color="#eec3ae"/></linearGradient>
<linearGradient id="floor" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e3a88f"/>
<stop offset="1" stop-color="#cf8a72"/></linearGradient>
<linearGradient id="glass" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#b9e0dc"/>
<stop offset=".16" stop-color="#f2fffd"/><stop offset=".32" stop-color="#c5e8e4"/>
<stop offset=".75" stop-color="#a3d3d0"/><stop offset=".93" stop-color="#e8fbf9"/>
<stop offset="1" stop-color="#8fc4c1"/></linearGradient>
<linearGradient id="liquid" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#2f8f8b"/>
<stop offset=".2" stop-color="#6cc4bd"/><stop offset=".6" stop-color="#3a9f99"/>
<stop offset="1" stop-color="#22726f"/></linearGradient>
<linearGradient id="gold" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#9a6b2f"/>
<stop offset=".25" stop-color="#f6dc9b"/><stop offset=".5" stop-color="#cf9f51"/>
<stop offset=".8" stop-color="#f3d48d"/><stop offset="1" stop-color="#8a5d27"/></linearGradient>
<radialGradient id="light" cx=".5" cy=".42" r=".6"><stop offset="0" stop-color="#fff8ef"/>
<stop offset="1" stop-color="#fff8ef" stop-opacity="0"/></radialGradient>
<filter id="soft"><feGaussianBlur stdDeviation="16"/></filter>
</defs>
<rect width="768" height="1152" fill="url(#wall)"/>
<path d="M150 836 V420 a234 234 0 0 1 468 0 V836 Z" fill="#fbeee4"/>
<rect width="768" height="1152" fill="url(#light)"/>
<rect y="836" width="768" height="316" fill="url(#floor)"/>
<ellipse cx="384" cy="1010" rx="292" ry="46" fill="#8e4f3f" opacity=".45" filter="url(#soft)"/>
<path d="M134 900 v70 a250 52 0 0 0 500 0 v-70 Z" fill="#d9b39c"/>
<ellipse cx="384" cy="900" rx="250" ry="52" fill="#f9e7da"/>
<ellipse cx="398" cy="904" rx="170" ry="26" fill="#9c6a58" opacity=".4" filter="url(#soft)"/>
<g fill="#5f8f6b"><path d="M70 900 C60 760 96 640 92 520 C120 640 110 770 98 900 Z"/>
<path d="M92 700 C40 660 22 600 26 560 C70 590 92 640 96 690 Z" fill="#7aa982"/>
<path d="M98 640 C132 600 158 560 156 508 C118 536 100 584 96 630 Z" fill="#6d9d77"/>
<path d="M88 800 C44 776 20 730 18 690 C60 706 86 752 92 796 Z"/>
<path d="M98 770 C136 744 160 706 164 664 C126 686 102 726 96 764 Z" fill="#7aa982"/></g>
<path d="M40 880 h92 l-12 116 a34 14 0 0 1 -68 0 Z" fill="#b66e57"/>
<path d="M236 892 V604 q0 -46 46 -56 l58 -14 h88 l58 14 q46 10 46 56 V892 q0 22 -22 22 H258 q-22 0 -22 -22 Z" fill="url(#glass)"/>
<path d="M256 884 V676 q128 26 256 0 V884 q0 14 -14 14 H270 q-14 0 -14 -14 Z" fill="url(#liquid)"/>
<ellipse cx="384" cy="677" rx="128" ry="15" fill="#8fd8d1"/>
<rect x="338" y="488" width="92" height="50" rx="8" fill="url(#gold)"/>
<rect x="350" y="474" width="68" height="20" rx="5" fill="#8a5d27"/>
<path d="M324 474 v-96 q0 -26 26 -26 h68 q26 0 26 26 v96 q0 10 -10 10 h-100 q-10 0 -10 -10 Z" fill="url(#gold)"/>
<rect x="330" y="404" width="108" height="5" fill="#8a5d27" opacity=".5"/>
<rect x="290" y="716" width="188" height="116" rx="6" fill="#fdf7ef"/>
<rect x="300" y="726" width="168" height="96" rx="4" fill="none" stroke="#c79a52" stroke-width="2.5"/>
<path d="M384 742 c10 10 10 22 0 32 c-10 -10 -10 -22 0 -32 Z M366 752 c14 2 18 10 18 22 c-12 0 -20 -8 -18 -22 Z M402 752 c-14 2 -18 10 -18 22 c12 0 20 -8 18 -22 Z" fill="#c79a52"/>
<path d="M330 790 h108 M350 804 h68" stroke="#b98d48" stroke-width="3" stroke-linecap="round"/>
<path d="M254 864 V612 q0 -28 26 -38" fill="none" stroke="#ffffff" stroke-width="9" stroke-linecap="round" opacity=".85"/>
<path d="M516 850 V640" stroke="#ffffff" stroke-width="5" stroke-linecap="round" opacity=".6"/>
<g transform="translate(560 866)"><g fill="#f4a9a0"><ellipse rx="17" ry="30" transform="rotate(0) translate(0 -24)"/>
<ellipse rx="17" ry="30" transform="rotate(72) translate(0 -24)"/><ellipse rx="17" ry="30" transform="rotate(144) translate(0 -24)"/>
<ellipse rx="17" ry="30" transform="rotate(216) translate(0 -24)"/><ellipse rx="17" ry="30" transform="rotate(288) translate(0 -24)"/></g>
<circle r="13" fill="#f6dc9b"/></g>
<g fill="#f4a9a0"><ellipse cx="222" cy="962" rx="17" ry="9" transform="rotate(-20 222 962)"/>
<ellipse cx="640" cy="1040" rx="18" ry="9" transform="rotate(14 640 1040)"/><ellipse cx="150" cy="1066" rx="15" ry="8"/></g>
</svg>`;

const FLOWER_COLOURS = ['#ef6f6c', '#f7b267', '#f4d35e', '#d97cb3', '#ffffff', '#9f86d9'];

const flower = (x: number, y: number, index: number): string => {
	const radius = 15 + ((index * 7) % 9);
	const colour = FLOWER_COLOURS[index % FLOWER_COLOURS.length];
	const petals = [0, 60, 120, 180, 240, 300]
		.map(
			(turn) =>
				`<ellipse rx="${radius * 0.52}" ry="${radius}" transform="rotate(${turn + index * 17}) translate(0 ${-radius * 0.72})"/>`,
		)
		.join('');
	return `<g transform="translate(${x} ${y})"><g fill="${colour}">${petals}</g><circle r="${radius * 0.42}" fill="#7a4b2a" opacity=".85"/></g>`;
};

const crate = (x: number, y: number, { width, seed }: { width: number; seed: number }): string => {
	const rows = [0, 1, 2].flatMap((row) =>
		Array.from({ length: Math.floor(width / 44) }, (_unused, column) =>
			flower(
				x + 24 + column * 42 + ((row * 19 + seed * 5) % 13),
				y - 8 - row * 34 + ((column * 13) % 14),
				row * 3 + column * 2 + seed,
			),
		),
	);
	const leaves = Array.from({ length: Math.floor(width / 24) }, (_unused, index) => {
		const left = x + 10 + index * 24;
		return `<path d="M${left} ${y + 14} q${-14} -54 ${6 + (index % 3) * 8} -112 q18 58 6 112 Z" fill="${index % 2 ? '#4f8a5b' : '#6ba36f'}"/>`;
	}).join('');
	return `${leaves}${rows.join('')}
<rect x="${x}" y="${y}" width="${width}" height="86" rx="5" fill="#a8713f"/>
<path d="M${x} ${y + 28} h${width} M${x} ${y + 58} h${width}" stroke="#83552c" stroke-width="5"/>
<rect x="${x}" y="${y}" width="${width}" height="9" fill="#c48b52"/>`;
};

const flowerMarket = `
<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="1024">
<defs>
<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#a9d8ea"/>
<stop offset="1" stop-color="#fdf1dc"/></linearGradient>
<linearGradient id="street" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#d8c3ad"/>
<stop offset="1" stop-color="#b89c84"/></linearGradient>
<filter id="soft"><feGaussianBlur stdDeviation="10"/></filter>
</defs>
<rect width="1024" height="1024" fill="url(#sky)"/>
<g><rect x="0" y="170" width="236" height="600" fill="#e9b78f"/><rect x="236" y="96" width="268" height="680" fill="#f1d6a8"/>
<rect x="504" y="196" width="250" height="580" fill="#dd9c86"/><rect x="754" y="130" width="270" height="650" fill="#f3e2c4"/>
<path d="M-8 172 L118 92 L244 172 Z" fill="#b5604c"/><path d="M228 98 L370 20 L512 98 Z" fill="#9c5347"/>
<path d="M496 198 L629 118 L762 198 Z" fill="#b5604c"/><path d="M746 132 L890 52 L1034 132 Z" fill="#9c5347"/></g>
<g fill="#6f97a8" stroke="#fff8ea" stroke-width="8">
${[
	[46, 220],
	[144, 220],
	[286, 156],
	[400, 156],
	[286, 292],
	[400, 292],
	[548, 248],
	[656, 248],
	[806, 186],
	[918, 186],
	[806, 312],
	[918, 312],
]
	.map(([x, y]) => `<rect x="${x}" y="${y}" width="56" height="84" rx="28"/>`)
	.join('')}</g>
<g fill="#6ba36f"><path d="M278 384 h72 q-6 22 -36 22 q-30 0 -36 -22 Z"/><path d="M798 404 h72 q-6 22 -36 22 q-30 0 -36 -22 Z"/></g>
<rect y="760" width="1024" height="264" fill="url(#street)"/>
<g stroke="#a98b72" stroke-width="3" opacity=".55"><path d="M0 842 H1024 M0 916 H1024 M0 984 H1024"/>
<path d="M160 760 L60 1024 M380 760 L330 1024 M640 760 L690 1024 M860 760 L960 1024"/></g>
<rect x="96" y="452" width="14" height="330" fill="#7a5a40"/><rect x="914" y="452" width="14" height="330" fill="#7a5a40"/>
<rect x="110" y="560" width="804" height="216" fill="#5d4436" opacity=".55"/>
<g>${Array.from({ length: 11 }, (_unused, index) => {
	const x = 56 + index * 83;
	const colour = index % 2 ? '#fff6e6' : '#d9534f';
	return `<path d="M${x + 12} 420 H${x + 71} L${x + 83} 536 q-41.500 46 -83 0 Z" fill="${colour}"/>`;
}).join('')}</g>
<rect x="66" y="410" width="892" height="18" rx="6" fill="#b5403c"/>
<rect x="110" y="536" width="804" height="40" fill="#3f2d24" opacity=".25" filter="url(#soft)"/>
${crate(150, 704, { width: 230, seed: 1 })}${crate(398, 704, { width: 230, seed: 3 })}${crate(646, 704, { width: 230, seed: 5 })}
<ellipse cx="512" cy="976" rx="440" ry="30" fill="#6c4d39" opacity=".4" filter="url(#soft)"/>
${crate(92, 872, { width: 264, seed: 2 })}${crate(380, 880, { width: 264, seed: 4 })}${crate(668, 872, { width: 264, seed: 0 })}
</svg>`;

const DRAWINGS = {
	'horses-at-dusk.jpg': horsesAtDusk,
	'perfume-bottle.png': perfumeBottle,
	'flower-market.webp': flowerMarket,
};

async function draw(): Promise<void> {
	mkdirSync(EXAMPLE_PICTURES, { recursive: true });
	for (const [name, svg] of Object.entries(DRAWINGS)) {
		const image = sharp(Buffer.from(svg)).flatten({ background: '#ffffff' }).jpeg({ quality: 88 });
		if (name.endsWith('.png')) image.png({ palette: true, quality: 90, effort: 10 });
		if (name.endsWith('.webp')) image.webp({ quality: 86 });
		const { size, width, height } = await image.toFile(join(EXAMPLE_PICTURES, name));
		console.log(`${name}: ${width}x${height}, ${Math.round(size / 1024)} KB`);
	}
}

draw().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
